//! Starting and stopping a sandbox.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::choices::Seed;
use crate::data::{self, Data, Saver, Saving};
use crate::error::{StartError, StateError, StopError};
use crate::http::{App, Gate, router};
use crate::options::Options;
use crate::seed::{complete, plant};
use crate::world::{Shared, World};

/// Runs a sandbox until it is stopped or dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    app: Arc<App>,
    server: JoinHandle<()>,
    /// Tells the connections, by being dropped, to close as soon as they are idle.
    running: Option<oneshot::Sender<()>>,
    saving: Saving,
}

/// Starts a sandbox in the background of the current tokio runtime.
///
/// The content comes from the state file or, where there is none, from the seed; a state file that
/// cannot be written is told now rather than at the end.
pub async fn start(options: Options) -> Result<Sandbox, StartError> {
    let Options { listen, allow_remote, state, seed, behaviour } = options;
    if !allow_remote && !listen.ip().is_loopback() {
        return Err(StartError::NotLoopback(listen));
    }
    let failed = |source| StartError::Listen { address: listen, source };
    let listener = TcpListener::bind(listen).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;

    let shared = Shared::new(World::new(content(state.clone(), seed).await?, behaviour));
    let (saver, saving) = Saver::start(state, &shared);
    let app = Arc::new(App { shared, saver, gate: Gate::default() });
    let service = router(Arc::clone(&app));
    let (running, ended) = oneshot::channel::<()>();
    let server = tokio::spawn(async move {
        let end = async { ended.await.unwrap_or_default() };
        if let Err(error) = axum::serve(listener, service).with_graceful_shutdown(end).await {
            tracing::error!(%error, "the sandbox no longer takes connections");
        }
    });
    Ok(Sandbox { address, app, server, running: Some(running), saving })
}

/// Gives what the state file holds, or plants the seed and writes the file for the first time.
async fn content(state: Option<PathBuf>, seed: Seed) -> Result<Data, StateError> {
    let Some(path) = state else {
        return Ok(plant(seed));
    };
    let target = path.clone();
    let task = spawn_blocking(move || {
        if let Some(mut data) = data::load(&path)? {
            complete(&mut data);
            return Ok(data);
        }
        let data = plant(seed);
        data::save(&path, &data).map(|()| data)
    });
    task.await.map_err(|error| StateError::Read { path: target, source: error.into() })?
}

impl Sandbox {
    /// Gives the base of all its addresses, such as `http://127.0.0.1:4321`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Gives the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections and requests, and has idle connections closed.
    ///
    /// The server is aborted rather than awaited, because a client may hold a connection open on which
    /// it never asked for anything, and such a one is not counted as idle.
    fn close(&mut self) {
        self.app.gate.close();
        drop(self.running.take());
        self.server.abort();
    }

    /// Stops it: requests at work are finished, and the state file is complete on return.
    pub async fn stop(mut self) -> Result<(), StopError> {
        self.close();
        // The answer is that the task was aborted; what matters is that its socket is closed now.
        let _aborted = (&mut self.server).await;
        self.app.gate.drained().await;
        // Only now is the last write known to the saver.
        self.app.saver.close();
        self.saving.ended().await
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.close();
        self.app.saver.close();
    }
}
