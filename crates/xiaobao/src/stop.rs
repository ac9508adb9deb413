//! Being asked to stop: Ctrl-C and SIGTERM. Commands look at the flag between two pieces of work; the server waits.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use kernel::Text;

use crate::fault::{Exit, Fault, Outcome};

/// Whether somebody asked to stop. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens from now on. The first request sets the flag; a second one ends the process at once, for whoever cannot wait.
    pub fn listen() -> Outcome<Self> {
        let stop = Self::default();
        let flag = stop.clone();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(cannot_listen)?;
        let mut requests = {
            let _inside = runtime.enter();
            Requests::listen()?
        };
        let thread = std::thread::Builder::new().name("stop".to_owned()).spawn(move || {
            runtime.block_on(async {
                requests.next().await;
                flag.0.store(true, Ordering::Release);
                requests.next().await;
                std::process::exit(i32::from(Exit::Stopped.code()));
            });
        });
        thread.map_err(cannot_listen)?;
        Ok(stop)
    }

    /// Whether somebody asked.
    pub fn is_asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }

    /// A fault once somebody asked.
    pub fn check(&self) -> Outcome {
        if self.is_asked() { Err(Fault::stopped()) } else { Ok(()) }
    }
}

fn cannot_listen(error: std::io::Error) -> Fault {
    Fault::failed(Text::fixed("无法接收停止信号。", "Cannot listen for the signal to stop.")).with(error)
}

/// The requests to stop that come in. From its making on, a request no longer ends the process by itself.
#[cfg(unix)]
pub struct Requests {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Requests {
    /// Listens from now on; within a runtime.
    pub fn listen() -> Outcome<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = signal(SignalKind::terminate()).map_err(cannot_listen)?;
        let interrupt = signal(SignalKind::interrupt()).map_err(cannot_listen)?;
        Ok(Self { terminate, interrupt })
    }

    /// Waits for the next request.
    pub async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// The requests to stop that come in.
#[cfg(not(unix))]
pub struct Requests;

#[cfg(not(unix))]
impl Requests {
    /// Listens from now on; within a runtime.
    pub fn listen() -> Outcome<Self> {
        Ok(Self)
    }

    /// Waits for the next request.
    pub async fn next(&mut self) {
        if let Err(error) = tokio::signal::ctrl_c().await {
            tracing::error!(%error, "cannot listen for the signal to stop; stopping now");
        }
    }
}
