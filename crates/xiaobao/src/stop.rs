//! Being asked to stop: Ctrl-C and SIGTERM. Commands look at the flag between two pieces of work.

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
        let thread = std::thread::Builder::new().name("stop".to_owned()).spawn(move || {
            runtime.block_on(async {
                if asked().await.is_err() {
                    return;
                }
                flag.0.store(true, Ordering::Release);
                if asked().await.is_ok() {
                    std::process::exit(i32::from(Exit::Stopped.code()));
                }
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

/// Waits until somebody asks.
#[cfg(unix)]
pub async fn asked() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}

/// Waits until somebody asks.
#[cfg(not(unix))]
pub async fn asked() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
