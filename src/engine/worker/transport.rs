//! The worker process and the connection to it.

use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use crate::engine::module::{FOLDER_VARIABLE, own_folder};

/// Longest wait for the end of a worker after its connection is closed. After this time, the worker is
/// killed.
const PATIENCE: Duration = Duration::from_secs(2);

/// A worker process that was started.
pub(super) struct Process {
    child: Child,
    line: Option<imp::Line>,
}

impl Process {
    /// Starts `program worker`.
    pub(super) fn start(program: &Path) -> io::Result<Self> {
        let mut command = Command::new(program);
        command.arg("worker").stderr(Stdio::inherit());
        // The worker searches for modules in the same folder as this library, even if the command is in
        // another folder.
        if let (None, Some(folder)) = (std::env::var_os(FOLDER_VARIABLE), own_folder()) {
            command.env(FOLDER_VARIABLE, folder);
        }
        // The worker gets its own process group, so that only the host receives an interrupt at the terminal.
        // The worker ends with the host.
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        // On Windows, the worker also gets no console window. Such a window would appear beside the windows
        // of a graphical host.
        #[cfg(windows)]
        {
            use windows_sys::Win32::System::Threading::{CREATE_NEW_PROCESS_GROUP, CREATE_NO_WINDOW};
            let flags = CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW;
            std::os::windows::process::CommandExt::creation_flags(&mut command, flags);
        }
        let (child, line) = imp::start(command)?;
        Ok(Self { child, line: Some(line) })
    }

    /// Returns the connection. Errors: the connection is closed.
    pub(super) fn line(&mut self) -> io::Result<&mut imp::Line> {
        self.line.as_mut().ok_or_else(|| io::Error::other("the connection is closed"))
    }

    /// Closes the connection and waits until the worker ends. Kills the worker if it does not end in time.
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
        // A destructor cannot report the error.
        let _ = self.end();
    }
}

#[cfg(unix)]
mod imp {
    use super::{Child, Command, Read, Stdio, Write, io};
    use std::os::fd::{AsRawFd, OwnedFd};
    use std::os::unix::net::UnixStream;

    /// A socket. If the other end is closed, a write returns an error, because the signal for this case is
    /// disabled. A write to a closed pipe would send a signal that ends a host in C.
    pub(in crate::engine::worker) struct Line(UnixStream);

    pub(super) fn start(mut command: Command) -> io::Result<(Child, Line)> {
        let (ours, theirs) = UnixStream::pair()?;
        quiet(&ours)?;
        let theirs = OwnedFd::from(theirs);
        command.stdin(Stdio::from(theirs.try_clone()?)).stdout(Stdio::from(theirs));
        Ok((command.spawn()?, Line(ours)))
    }

    /// Disables the signal for writes to a closed socket. Apple's systems have this option instead of the
    /// flag `MSG_NOSIGNAL`.
    #[cfg(target_vendor = "apple")]
    fn quiet(socket: &UnixStream) -> io::Result<()> {
        let on: libc::c_int = 1;
        let size = size_of::<libc::c_int>() as libc::socklen_t;
        let (option, value) = (libc::SO_NOSIGPIPE, (&raw const on).cast());
        // SAFETY: the socket is open, and `value` points to `size` bytes.
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
            // SAFETY: the socket is open, and `bytes` points to `bytes.len()` bytes.
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

    /// A pair of pipes. Outside Unix, a write to a closed pipe returns an error.
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
