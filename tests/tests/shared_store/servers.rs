//! Servers of the set-up: Azure's protocol with real conditional writes, and one of S3's that takes no notice of conditions.

use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tasklens_tests::setup;

use super::s3;

/// A server in a process of its own, which ends with this.
pub struct Process {
    child: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Azurite, with a container; `None` if it is not set up, which is said.
pub fn azurite() -> Option<Process> {
    let process = start("azurite-blob", |port, _| {
        let words = ["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry", "--silent", "--blobPort"];
        words.map(str::to_owned).into_iter().chain([port.to_string()]).collect()
    })?;
    let script = setup::root().join("tests/buckets/create_container.mjs");
    let made = Command::new("node").arg(script).arg(process.port.to_string()).arg(s3::BUCKET).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    Some(process)
}

/// s3rver, which answers 200 to every write, whatever its condition.
pub fn s3rver() -> Option<Process> {
    start("s3rver", |port, folder| {
        let (port, folder) = (port.to_string(), folder.display().to_string());
        ["-p", &port, "-d", &folder, "--silent", "--configure-bucket", s3::BUCKET].map(str::to_owned).to_vec()
    })
}

impl Process {
    /// The settings of a client of Azure's emulator: its account is known to everybody.
    pub fn azure_settings(&self) -> Vec<(String, String)> {
        let key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
        [
            ("AZURE_STORAGE_ACCOUNT_NAME", "devstoreaccount1".to_owned()),
            ("AZURE_STORAGE_ACCOUNT_KEY", key.to_owned()),
            ("AZURE_STORAGE_ENDPOINT", format!("http://127.0.0.1:{}/devstoreaccount1", self.port)),
            ("AZURE_ALLOW_HTTP", "true".to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    pub fn s3_settings(&self) -> Vec<(String, String)> {
        s3::settings(self.port, "S3RVER", "S3RVER")
    }
}

fn start(program: &str, arguments: impl Fn(u16, &Path) -> Vec<String>) -> Option<Process> {
    let Some(script) = setup::bucket_server(program) else {
        setup::skip(&format!("no {program}"));
        return None;
    };
    // Another program may take the port before the server does.
    for _ in 0..5 {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new("node");
        command.arg(&script).args(arguments(port, folder.path()));
        let child = command.current_dir(folder.path()).stdin(Stdio::null()).stdout(Stdio::null()).spawn().unwrap();
        let mut process = Process { child, port, _folder: folder };
        let deadline = Instant::now() + Duration::from_secs(60);
        while Instant::now() < deadline && matches!(process.child.try_wait(), Ok(None)) {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return Some(process);
            }
            std::thread::yield_now();
        }
    }
    panic!("{program} does not start");
}
