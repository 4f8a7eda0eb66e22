#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::*;
use crate::weights::ArchiveError;

/// A checkpoint that PyTorch wrote; `make_state_dict.py` is beside it.
const STATE_DICT: &[u8] = include_bytes!("tests/state_dict.pth");

/// Returns a zip in the layout of `torch.save`. arrays: the bytes of `data/0`, `data/1`, …
fn file(pickle: &[u8], arrays: &[&[u8]]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, bytes: &[u8]| {
        writer.start_file(format!("archive/{name}"), options).unwrap();
        writer.write_all(bytes).unwrap();
    };
    add("data.pkl", pickle);
    add("byteorder", b"little");
    for (index, array) in arrays.iter().enumerate() {
        add(&format!("data/{index}"), array);
    }
    writer.finish().unwrap().into_inner()
}

fn text(text: &str) -> Vec<u8> {
    [b"X".as_slice(), &(text.len() as u32).to_le_bytes(), text.as_bytes()].concat()
}

fn global(module: &str, name: &str) -> Vec<u8> {
    format!("c{module}\n{name}\n").into_bytes()
}

/// Returns an instruction that makes an integer of 8 bytes.
fn integer(value: i64) -> Vec<u8> {
    [b"\x8a\x08".as_slice(), &value.to_le_bytes()].concat()
}

fn tuple(values: &[Vec<u8>]) -> Vec<u8> {
    [b"(".as_slice(), &values.concat(), b"t"].concat()
}

fn integers(values: &[i64]) -> Vec<u8> {
    tuple(&values.iter().map(|&value| integer(value)).collect::<Vec<_>>())
}

/// Returns instructions that describe the array `data/0`.
fn storage(class: &str, count: i64) -> Vec<u8> {
    let parts = [text("storage"), global("torch", class), text("0"), text("cpu"), integer(count)];
    [tuple(&parts), b"Q".to_vec()].concat()
}

fn tensor(storage: Vec<u8>, offset: i64, shape: &[i64], strides: &[i64]) -> Vec<u8> {
    let hooks = [global("collections", "OrderedDict"), b")R".to_vec()].concat();
    let arguments =
        tuple(&[storage, integer(offset), integers(shape), integers(strides), b"\x89".to_vec(), hooks]);
    [global("torch._utils", "_rebuild_tensor_v2"), arguments, b"R".to_vec()].concat()
}

/// Returns a pickle of a dictionary with one value, under the key `weight`.
fn dictionary(value: &[u8]) -> Vec<u8> {
    [b"\x80\x02}(".as_slice(), &text("weight"), value, b"u."].concat()
}

/// Reads a tensor that is a view of an array with the six numbers from 0 to 5.
fn view(offset: i64, shape: &[i64], strides: &[i64]) -> Result<Vec<f32>, TorchFileError> {
    let numbers: Vec<u8> = (0..6).flat_map(|value| (value as f32).to_le_bytes()).collect();
    let pickle = dictionary(&tensor(storage("FloatStorage", 6), offset, shape, strides));
    let bytes = file(&pickle, &[&numbers]);
    let tensors = read(&bytes)?;
    let tensor = &tensors["weight"];
    assert_eq!(tensor.shape.iter().map(|&size| size as i64).collect::<Vec<_>>(), shape);
    Ok(tensor.to_f32(&bytes).unwrap())
}

fn refusal(pickle: &[u8]) -> PickleError {
    match read(&file(pickle, &[&[0; 24]])) {
        Err(TorchFileError::Pickle(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_checkpoint_of_pytorch_is_read() {
    let tensors = read(STATE_DICT).unwrap();
    let names: Vec<_> = tensors.keys().map(|name| name.strip_prefix("geometry.").unwrap()).collect();
    assert_eq!(names, ["bfloat", "bias", "half", "part", "scalar", "transposed", "weight"]);
    let check = |name: &str, shape: &[usize], values: &[f32]| {
        let tensor = &tensors[&format!("geometry.{name}")];
        assert_eq!(tensor.shape, shape, "{name}");
        assert_eq!(tensor.to_f32(STATE_DICT).unwrap(), values, "{name}");
    };
    check("bfloat", &[1, 2], &[1.5, -2.0]);
    check("bias", &[2], &[0.5, -0.5]);
    check("half", &[4], &[0.0, 1.0, 2.0, 3.0]);
    check("part", &[3], &[3.0, 4.0, 5.0]);
    check("scalar", &[], &[7.0]);
    check("transposed", &[3, 2], &[0.0, 3.0, 1.0, 4.0, 2.0, 5.0]);
    check("weight", &[2, 3], &[0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert!(!tensors["geometry.transposed"].is_contiguous() && tensors["geometry.part"].is_contiguous());
}

#[test]
fn views_inside_the_array_are_read_and_others_are_refused() {
    assert_eq!(view(0, &[2, 3], &[3, 1]).unwrap(), [0.0, 1.0, 2.0, 3.0, 4.0, 5.0]);
    assert_eq!(view(1, &[2], &[4]).unwrap(), [1.0, 5.0]);
    assert_eq!(view(2, &[2, 1, 2], &[1, 77, 2]).unwrap(), [2.0, 4.0, 3.0, 5.0]);
    assert!(view(6, &[0, 5], &[9, 1]).unwrap().is_empty());
    let outside: &[(i64, &[i64], &[i64])] = &[
        (1, &[2, 3], &[3, 1]),
        (0, &[2], &[6]),
        (7, &[0], &[1]),
        (i64::MAX, &[1], &[1]),
        (0, &[2], &[i64::MAX]),
        (0, &[3, 2], &[i64::MAX / 2, i64::MAX]),
        // These views repeat numbers. The last view has two sizes and one stride.
        (0, &[7], &[0]),
        (0, &[1 << 40], &[0]),
        (0, &[i64::MAX, i64::MAX, 4], &[0, 0, 0]),
        (0, &[2, 3], &[1]),
    ];
    for (offset, shape, strides) in outside {
        let error = view(*offset, shape, strides).unwrap_err();
        assert!(matches!(&error, TorchFileError::Tensor { name, .. } if name == "weight"), "{error}");
    }
    let malformed: &[(i64, &[i64], &[i64])] =
        &[(-1, &[1], &[1]), (0, &[-1], &[1]), (5, &[6], &[-1]), (0, &[1; 17], &[1; 17])];
    for (offset, shape, strides) in malformed {
        let error = view(*offset, shape, strides).unwrap_err();
        assert!(matches!(error, TorchFileError::Pickle(PickleError::Malformed { .. })), "{error}");
    }
}

#[test]
fn an_array_of_another_size_is_refused() {
    let whole = |count| dictionary(&tensor(storage("HalfStorage", count), 0, &[1], &[1]));
    assert!(read(&file(&whole(3), &[&[0; 6]])).is_ok());
    for (count, bytes) in [(3, 5), (3, 7), (2, 6), (4, 6), (i64::MAX, 6)] {
        let error = read(&file(&whole(count), &[&vec![0; bytes]])).unwrap_err();
        assert!(matches!(error, TorchFileError::Tensor { .. }), "{error}");
    }
    let error = read(&file(&whole(3), &[])).unwrap_err().to_string();
    assert!(error.contains("\"0\" is missing"), "{error}");
}

#[test]
fn only_the_listed_instructions_are_known() {
    let known = b"\x80.(N\x88\x89JKM\x8aGX]ae)t\x85\x86\x87}suqrhjcQRb";
    for code in 0..=u8::MAX {
        let bytes = [b"\x80\x02".as_slice(), &[code]].concat();
        let error = refusal(&bytes);
        match error {
            PickleError::Instruction { code: found, offset: 2, .. } => {
                assert!(found == code && !known.contains(&code), "{error}");
            }
            _ => assert!(known.contains(&code), "{code:#x}: {error}"),
        }
    }
    // The instructions that construct objects of any class.
    let named =
        [(b'i', "INST"), (b'o', "OBJ"), (0x81, "NEWOBJ"), (0x92, "NEWOBJ_EX"), (0x93, "STACK_GLOBAL")];
    for (code, name) in named {
        let error = refusal(&[0x80, 2, b')', code]).to_string();
        assert!(error.contains(name) && error.contains("at byte 3"), "{error}");
    }
}

#[test]
fn only_the_listed_functions_and_classes_are_known() {
    let others = [
        ("os", "system"),
        ("posix", "system"),
        ("builtins", "eval"),
        ("__builtin__", "getattr"),
        ("torch._utils", "_rebuild_parameter"),
        ("torch._utils", "_rebuild_tensor"),
        ("torch", "LongStorage"),
        ("torch", "load"),
        ("torch.FloatStorage", ""),
        ("collections", "OrderedDict.__reduce__"),
        ("collections", "namedtuple"),
        ("", ""),
    ];
    for (module, name) in others {
        // A call: os.system("echo").
        let call = [global(module, name), tuple(&[text("echo")]), b"R".to_vec()].concat();
        let error = refusal(&dictionary(&call));
        let PickleError::Global { name: found, offset: 15 } = &error else { panic!("{error}") };
        assert_eq!(*found, format!("{module}.{name}"));
    }
    let long = refusal(&global(&"x".repeat(1 << 16), "y"));
    assert!(long.to_string().len() < 400, "{long}");
}

#[test]
fn calls_with_other_arguments_are_refused() {
    let ordered = global("collections", "OrderedDict");
    let rebuild = global("torch._utils", "_rebuild_tensor_v2");
    let class = global("torch", "FloatStorage");
    let whole = tensor(storage("FloatStorage", 6), 0, &[6], &[1]);
    let calls = [
        [ordered.clone(), tuple(&[integers(&[1, 2])]), b"R".to_vec()].concat(),
        [rebuild.clone(), b")R".to_vec()].concat(),
        [rebuild, integers(&[0, 0, 0, 0, 0, 0]), b"R".to_vec()].concat(),
        [class.clone(), b")R".to_vec()].concat(),
        [text("os.system"), b")R".to_vec()].concat(),
        // Arguments that are no tuple, and attributes of values that are no dictionary.
        [ordered, b"}R".to_vec()].concat(),
        [whole.clone(), b"}b".to_vec()].concat(),
        [class, b"}b".to_vec()].concat(),
        [whole, text("a"), text("b"), b"s".to_vec()].concat(),
        // Descriptions of arrays that are wrong.
        [text("0"), b"Q".to_vec()].concat(),
        [tuple(&[text("module"), text("a"), text("b")]), b"Q".to_vec()].concat(),
        storage("FloatStorage", -1),
    ];
    for call in calls {
        let error = refusal(&dictionary(&call));
        assert!(matches!(error, PickleError::Malformed { .. }), "{error}");
    }
}

#[test]
fn the_stack_and_its_marks_are_checked() {
    let broken: &[&[u8]] = &[
        b"",
        b".",
        b"\x80\x02",
        b"\x80\x03}.",
        b"\x80\x02(.",
        b"\x80\x02u.",
        b"\x80\x02}u.",
        b"\x80\x02}(Nu.",
        b"\x80\x02t.",
        b"\x80\x02(\x85.",
        b"\x80\x02(q\x00.",
        b"\x80\x02q\x00.",
        b"\x80\x02h\x00.",
        b"\x80\x02}e.",
        b"\x80\x02}Na.",
        b"\x80\x02}}.",
        b"\x80\x02}.}",
        b"\x80\x02X\xff\xff\xff\xffabc.",
        b"\x80\x02X\x01\x00\x00\x00\xff.",
        b"\x80\x02\x8a\x09123456789.",
        b"\x80\x02cos\nsystem",
    ];
    for pickle in broken {
        let error = refusal(pickle);
        assert!(matches!(error, PickleError::Malformed { .. }), "{pickle:?}: {error}");
    }
}

#[test]
fn a_pickle_without_tensors_holds_nothing() {
    // The second pickle is a dictionary that contains itself.
    for pickle in [
        b"\x80\x02}.".as_slice(),
        b"\x80\x02}q\x00X\x01\x00\x00\x00ah\x00s.",
        b"\x80\x02N.",
        b"\x80\x02K\x01.",
    ] {
        assert_eq!(read(&file(pickle, &[])), Err(TorchFileError::Nothing));
    }
    let nested = [b"\x80\x02)".as_slice(), &vec![0x85; 1 << 18], b"."].concat();
    assert_eq!(read(&file(&nested, &[])), Err(TorchFileError::Nothing));
    let marks = [b"\x80\x02".as_slice(), &vec![b'('; 1 << 18], &vec![b't'; 1 << 18], b"."].concat();
    assert_eq!(read(&file(&marks, &[])), Err(TorchFileError::Nothing));
}

#[test]
fn work_is_bounded() {
    let mut remembered = b"\x80\x02N".to_vec();
    for key in 0..=1u32 << 20 {
        remembered.push(b'r');
        remembered.extend(key.to_le_bytes());
    }
    let error = refusal(&remembered);
    assert!(
        matches!(error, PickleError::TooMany { what: "remembered values", limit: 1_048_576, .. }),
        "{error}"
    );
    let values = [b"\x80\x02".as_slice(), &vec![b'}'; (1 << 21) + 1]].concat();
    assert!(matches!(refusal(&values), PickleError::TooMany { what: "values", .. }));
    let large = vec![b'N'; LARGEST_PICKLE + 1];
    let error = read(&file(&large, &[])).unwrap_err();
    assert_eq!(error, TorchFileError::TooLarge { found: LARGEST_PICKLE + 1, limit: LARGEST_PICKLE });
    // Ten thousand tensors share a tuple of ten thousand sizes.
    let shape = [integers(&[1; 10_000]), b"q\x00".to_vec()].concat();
    let shared = tuple(&[
        storage("FloatStorage", 6),
        integer(0),
        b"h\x00".to_vec(),
        b"h\x00".to_vec(),
        b"NN".to_vec(),
    ]);
    let each = [global("torch._utils", "_rebuild_tensor_v2"), shared, b"R".to_vec()].concat().repeat(10_000);
    let error = refusal(&[b"\x80\x02".to_vec(), shape, each].concat());
    assert!(error.to_string().contains("16 sizes"), "{error}");
}

#[test]
fn any_part_of_a_file_is_refused_without_a_panic() {
    for end in 0..STATE_DICT.len() {
        assert!(read(&STATE_DICT[..end]).is_err(), "{end}");
    }
    let span = Files::of(STATE_DICT).unwrap().pickle;
    for end in 0..span.len() {
        assert!(pickle::read(&STATE_DICT[span.clone()][..end]).is_err(), "{end}");
    }
    // A file with one bit changed is read or refused.
    let mut bytes = STATE_DICT.to_vec();
    for index in 0..bytes.len() {
        let bit = 1 << (index % 8);
        bytes[index] ^= bit;
        if let Ok(tensors) = read(&bytes) {
            tensors.values().for_each(|tensor| {
                let count = tensor.shape.iter().product::<usize>();
                assert_eq!(tensor.to_f32(&bytes).unwrap().len(), count);
            });
        }
        bytes[index] ^= bit;
    }
}

#[test]
fn a_name_that_is_given_twice_is_refused() {
    let whole = tensor(storage("FloatStorage", 6), 0, &[6], &[1]);
    let pickle =
        [b"\x80\x02}(".to_vec(), text("a"), whole.clone(), text("a"), whole, b"u.".to_vec()].concat();
    let error = read(&file(&pickle, &[&[0; 24]])).unwrap_err().to_string();
    assert!(error.contains("two with this name"), "{error}");
}

#[test]
fn zips_that_can_not_be_read_in_place_are_refused() {
    let pickle = dictionary(&tensor(storage("FloatStorage", 6), 0, &[6], &[1]));
    let bytes = file(&pickle, &[&[0; 24]]);
    assert!(read(&bytes).is_ok());
    let central: Vec<_> =
        bytes.windows(4).enumerate().filter(|(_, four)| four == b"PK\x01\x02").map(|(at, _)| at).collect();
    let local = bytes.windows(4).rposition(|four| four == b"PK\x03\x04").unwrap();
    let changed = |changes: &[(usize, u8)]| {
        let mut bytes = bytes.clone();
        changes.iter().for_each(|&(at, value)| bytes[at] = value);
        read(&bytes).unwrap_err()
    };
    let compressed = changed(&[(central[2] + 10, 8), (local + 8, 8)]);
    assert!(matches!(compressed, TorchFileError::Archive(ArchiveError::Compressed { method: 8, .. })));
    let encrypted = changed(&[(central[2] + 8, 1)]);
    assert!(matches!(encrypted, TorchFileError::Archive(ArchiveError::Encrypted { .. })));
    // The size of the pickle is made to reach into the next file.
    let longer = pickle.len() as u8 + 40;
    let overlap = changed(&[(central[0] + 20, longer), (central[0] + 24, longer)]);
    assert!(matches!(overlap, TorchFileError::Archive(ArchiveError::Overlap { .. })), "{overlap}");
    let order = bytes.windows(6).position(|six| six == b"little").unwrap();
    assert_eq!(changed(&[(order, b'b')]), TorchFileError::ByteOrder);
    let other = bytes.windows(8).rposition(|eight| eight == b"data.pkl").unwrap();
    let first = bytes.windows(8).position(|eight| eight == b"data.pkl").unwrap();
    assert_eq!(changed(&[(other, b'D'), (first, b'D')]), TorchFileError::NoPickle);
}

#[test]
fn an_archive_of_more_than_65_535_files_is_read() {
    let pickle = dictionary(&tensor(storage("FloatStorage", 6), 0, &[6], &[1]));
    let empty: Vec<&[u8]> = std::iter::once([0; 24].as_slice()).chain(vec![[].as_slice(); 65_600]).collect();
    assert_eq!(read(&file(&pickle, &empty)).unwrap()["weight"].shape, [6]);
    let error = read(&file(&pickle, &vec![[].as_slice(); 100_000])).unwrap_err();
    assert!(matches!(error, TorchFileError::Archive(ArchiveError::TooManyEntries { limit: 100_000, .. })));
}

/// Returns an archive of one file whose central record has its sizes and its position in the zip64 field.
fn zip64(pickle: &[u8]) -> Vec<u8> {
    let name = b"archive/data.pkl";
    let long = |value: usize| (value as u64).to_le_bytes();
    let name_bytes = (name.len() as u16).to_le_bytes();
    let mut bytes =
        [b"PK\x03\x04\x2d\0\0\0\0\0".as_slice(), &[0; 16], &name_bytes, &[0; 2], name, pickle].concat();
    let directory = bytes.len();
    bytes.extend(
        [b"PK\x01\x02\x2d\0\x2d\0\0\0\0\0".as_slice(), &[0; 8], &[0xff; 8], &name_bytes, &[32, 0]].concat(),
    );
    bytes.extend([[0; 10].as_slice(), &[0xff; 4], name, b"\x99\x99\0\0", &[1, 0, 24, 0]].concat());
    bytes.extend([long(pickle.len()), long(pickle.len()), long(0)].concat());
    let end = bytes.len();
    bytes.extend([b"PK\x06\x06".as_slice(), &long(44), &[0; 12], &long(1), &long(1)].concat());
    bytes.extend([long(end - directory), long(directory)].concat());
    bytes.extend([b"PK\x06\x07\0\0\0\0".as_slice(), &long(end), &[1, 0, 0, 0]].concat());
    bytes.extend([b"PK\x05\x06\0\0\0\0".as_slice(), &[0xff; 12], &[0; 2]].concat());
    bytes
}

#[test]
fn numbers_of_64_bits_are_read_and_checked() {
    let pickle = b"\x80\x02}.";
    let bytes = zip64(pickle);
    assert_eq!(read(&bytes), Err(TorchFileError::Nothing));
    let extra = bytes.windows(4).position(|four| four == [1, 0, 24, 0]).unwrap() + 4;
    let end = bytes.windows(4).position(|four| four == b"PK\x06\x06").unwrap();
    // A change of any byte of these numbers is refused.
    for at in (extra..extra + 24).chain(end + 4..end + 12).chain(end + 24..end + 56 + 20) {
        let mut changed = bytes.clone();
        changed[at] ^= 0x80;
        let error = read(&changed).unwrap_err();
        assert!(matches!(error, TorchFileError::Archive(_)), "{at}: {error}");
    }
    let mut short = bytes;
    short[extra - 2] = 23;
    assert!(matches!(read(&short), Err(TorchFileError::Archive(_))));
}
