//! Text of a catalog file, in the encodings that spreadsheets write.

/// Decodes the bytes of a catalog: UTF-8 with or without a byte order mark, or UTF-16 with one.
///
/// Errors: the reason, as text, with the line of the first byte that is not UTF-8.
pub fn decode(bytes: &[u8]) -> Result<String, String> {
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf_16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf_16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf_8(rest),
        bytes => utf_8(bytes),
    }
}

fn utf_8(bytes: &[u8]) -> Result<String, String> {
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|error| {
        let (read, rest) = bytes.split_at(error.valid_up_to());
        let line = 1 + read.iter().filter(|&&byte| byte == b'\n').count();
        let byte = rest.first().copied().unwrap_or_default();
        format!(
            "line {line} has the byte 0x{byte:02x}, which is not UTF-8; save the file as UTF-8 (in Excel: \"CSV UTF-8\")"
        )
    })
}

fn utf_16(bytes: &[u8], of_bytes: fn([u8; 2]) -> u16) -> Result<String, String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Vec<u16> = pairs.iter().map(|&pair| of_bytes(pair)).collect();
    match String::from_utf16(&units) {
        Ok(text) if rest.is_empty() => Ok(text),
        _ => Err("the file begins as UTF-16, but is not valid UTF-16; save it as UTF-8".into()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

    use super::*;

    #[test]
    fn each_encoding_of_a_spreadsheet_is_read() {
        let text = "prompt\na pig – π";
        assert_eq!(decode(text.as_bytes()).unwrap(), text);
        assert_eq!(decode(&[b"\xef\xbb\xbf", text.as_bytes()].concat()).unwrap(), text);
        let units = || text.encode_utf16();
        let little: Vec<u8> = [0xff, 0xfe].into_iter().chain(units().flat_map(u16::to_le_bytes)).collect();
        let big: Vec<u8> = [0xfe, 0xff].into_iter().chain(units().flat_map(u16::to_be_bytes)).collect();
        assert_eq!(decode(&little).unwrap(), text);
        assert_eq!(decode(&big).unwrap(), text);
    }

    #[test]
    fn other_encodings_are_refused_with_the_line() {
        let error = decode(b"prompt\na caf\xe9\n").unwrap_err();
        assert!(error.contains("line 2") && error.contains("0xe9") && error.contains("UTF-8"), "{error}");
        assert!(decode(&[0xff, 0xfe, b'a']).unwrap_err().contains("UTF-16"));
        assert!(decode(&[0xff, 0xfe, 0x00, 0xd8]).unwrap_err().contains("UTF-16"));
    }
}
