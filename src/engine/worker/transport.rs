//! The worker's process and the line to it.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::engine::module::{FOLDER_VARIABLE, own_folder};

/// How long a worker may take to end once its line is closed.
const PATIENCE: Duration = Duration::from_secs(2);

/// A started worker.
pub(super) struct Process {
    child: Child,
    line: Option<imp::Line>,
}

impl Process {
    /// Starts `program worker`.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg("worker").stderr(Stdio::inherit());
        // Modules are where this library would find them, wherever the command is.
        if let (None, Some(folder)) = (std::env::var_os(FOLDER_VARIABLE), own_folder()) {
            command.env(FOLDER_VARIABLE, folder);
        }
        // An interrupt at the terminal is the host's to handle; the worker ends with it.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let (child, line) = imp::start(command)?;
        Ok(Self { child, line: Some(line) })
    }

    /// The line; an error where it was closed.
    pub(super) fn line(&mut self) -> io::Result<&mut imp::Line> {
        self.line.as_mut().ok_or_else(|| io::Error::other("the line is closed"))
    }

    /// Closes the line and waits for the end; a worker that does not end is ended.
    pub(super) fn end(&mut self) -> io::Result<ExitStatus> {
        self.line = None;
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            std::thread::sleep(Duration::from_millis(2));
        }
        self.child.kill()?;
        self.child.wait()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Nobody is left to tell.
        let _ = self.end();
    }
}

#[cfg(unix)]
mod imp {
    use super::{Child, Command, Read, Stdio, Write, io};
    use std::os::fd::{AsRawFd, OwnedFd};
    use std::os::unix::net::UnixStream;

    /// A socket: writing to one whose other end is gone is an error, where a pipe's signal would end a host in C.
    pub(in crate::engine::worker) struct Line(UnixStream);

    pub(super) fn start(mut command: Command) -> io::Result<(Child, Line)> {
        let (ours, theirs) = UnixStream::pair()?;
        quiet(&ours)?;
        let theirs = OwnedFd::from(theirs);
        command.stdin(Stdio::from(theirs.try_clone()?)).stdout(Stdio::from(theirs));
        Ok((command.spawn()?, Line(ours)))
    }

    /// Apple's systems have this in the place of a flag.
    #[cfg(target_vendor = "apple")]
    fn quiet(socket: &UnixStream) -> io::Result<()> {
        let on: libc::c_int = 1;
        let size = size_of::<libc::c_int>() as libc::socklen_t;
        let (option, value) = (libc::SO_NOSIGPIPE, (&raw const on).cast());
        // SAFETY: an open socket, and as many bytes as are said.
        let status = unsafe { libc::setsockopt(socket.as_raw_fd(), libc::SOL_SOCKET, option, value, size) };
        if status == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
    }

    #[cfg(not(target_vendor = "apple"))]
    fn quiet(_socket: &UnixStream) -> io::Result<()> {
        Ok(())
    }

    impl Read for Line {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl Write for Line {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            #[cfg(not(target_vendor = "apple"))]
            const QUIET: libc::c_int = libc::MSG_NOSIGNAL;
            #[cfg(target_vendor = "apple")]
            const QUIET: libc::c_int = 0;
            // SAFETY: an open socket and as many bytes as are said.
            let sent = unsafe { libc::send(self.0.as_raw_fd(), bytes.as_ptr().cast(), bytes.len(), QUIET) };
            usize::try_from(sent).map_err(|_| io::Error::last_os_error())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
}

#[cfg(not(unix))]
mod imp {
    use super::{Child, Command, Read, Stdio, Write, io};
    use std::process::{ChildStdin, ChildStdout};

    /// Two pipes.
    pub(in crate::engine::worker) struct Line(ChildStdin, ChildStdout);

    pub(super) fn start(mut command: Command) -> io::Result<(Child, Line)> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(input), Some(output)) => Ok((child, Line(input, output))),
            _ => Err(io::Error::other("no pipes")),
        }
    }

    impl Read for Line {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1.read(buffer)
        }
    }

    impl Write for Line {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }
}
