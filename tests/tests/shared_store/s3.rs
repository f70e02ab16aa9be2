//! An S3 server in the tests' own process, with signatures, and with the faults that networks and clouds have.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tasklens_tests::rng::Rng;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::RwLock;

pub const ACCESS_KEY: &str = "tasklens";
pub const SECRET_KEY: &str = "secret";
pub const BUCKET: &str = "team";

/// How a server misbehaves: chances in a thousand requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// It does what it was asked to, and the answer is lost.
    pub lost: usize,
    /// "Slow down", before anything is done.
    pub throttled: usize,
    /// "Conflict, try again", to writes, before anything is done.
    pub conflict: usize,
    /// An answer that comes up to 300 ms late.
    pub late: usize,
}

/// A server that runs until it is dropped.
pub struct Server {
    pub address: SocketAddr,
    _folder: tempfile::TempDir,
    runtime: Option<Runtime>,
}

struct State {
    service: S3Service,
    /// The file system behind it writes in several steps, so that writers are let in one at a time.
    writing: RwLock<()>,
    faults: Faults,
    seed: u64,
    requests: AtomicU64,
}

impl Server {
    pub fn start(faults: Faults, seed: u64) -> Self {
        // In memory where that is a folder: a server answers in a millisecond then, whatever else the disk does.
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        std::fs::create_dir(folder.path().join(BUCKET)).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let state = Arc::new(State {
            service: service(folder.path()),
            writing: RwLock::new(()),
            faults,
            seed,
            requests: AtomicU64::new(0),
        });
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                // Else an answer in two pieces waits for the client to say that it got the first, which takes 40 ms.
                socket.set_nodelay(true).unwrap();
                let state = Arc::clone(&state);
                tokio::spawn(async move {
                    let answer = service_fn(move |request| {
                        let state = Arc::clone(&state);
                        async move { Ok::<_, Infallible>(state.answer(request).await) }
                    });
                    let mut server = Builder::new(TokioExecutor::new());
                    server.http1().timer(TokioTimer::new());
                    let _ = server.serve_connection(TokioIo::new(socket), answer).await;
                });
            }
        });
        Self { address, _folder: folder, runtime: Some(runtime) }
    }

    /// The settings of a client.
    pub fn settings(&self) -> Vec<(String, String)> {
        settings(self.address.port(), ACCESS_KEY, SECRET_KEY)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// What a client of an S3 server on this machine needs to know.
pub fn settings(port: u16, key: &str, secret: &str) -> Vec<(String, String)> {
    [
        ("AWS_ACCESS_KEY_ID", key.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", secret.to_owned()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ENDPOINT", format!("http://127.0.0.1:{port}")),
        ("AWS_ALLOW_HTTP", "true".to_owned()),
    ]
    .map(|(name, value)| (name.to_owned(), value))
    .to_vec()
}

fn service(folder: &Path) -> S3Service {
    let mut service = S3ServiceBuilder::new(FileSystem::new(folder).unwrap());
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    service.build()
}

impl State {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        let mut rng = Rng::new(self.seed.wrapping_mul(1_000_003).wrapping_add(number));
        let mut happens = |chance: usize| chance > 0 && rng.below(1000) < chance;
        let writes = !matches!(*request.method(), Method::GET | Method::HEAD);
        if happens(self.faults.throttled) {
            return error(StatusCode::SERVICE_UNAVAILABLE, "SlowDown");
        }
        if writes && happens(self.faults.conflict) {
            return error(StatusCode::CONFLICT, "ConditionalRequestConflict");
        }
        let (late, lost) = (happens(self.faults.late), happens(self.faults.lost));
        let answer = if writes {
            let _alone = self.writing.write().await;
            self.service.call(request.map(Body::from)).await
        } else {
            let _with_readers = self.writing.read().await;
            self.service.call(request.map(Body::from)).await
        };
        if late {
            tokio::time::sleep(Duration::from_millis(rng.below(300) as u64)).await;
        }
        match answer {
            Ok(answer) if !lost => answer,
            _ => error(StatusCode::INTERNAL_SERVER_ERROR, "InternalError"),
        }
    }
}

fn error(status: StatusCode, code: &str) -> Response<Body> {
    let text =
        format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>a fault of the test</Message></Error>");
    let mut answer = Response::new(Body::from(text));
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
    answer
}
