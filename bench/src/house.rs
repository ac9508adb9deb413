//! A real house on a database of its own, with a head office and one system that may file.

use std::{net::SocketAddr, path::Path, sync::Arc};

use anyhow::{Context, Result};
use axum::Router;
use endpoint::{Objects, OpenApiRouter, Room, Settings, Shared};
use kernel::{ActorRef, Clock, PermissionSpec, Role, SystemClock, SystemRandom, Text};
use ledger::{Cause, DatabaseUrl, Ledger, Options, Ports};
use people::{
    access::RoleTable,
    model::organisation_import::UnitRow,
    store::units,
    use_cases::{
        organisation::{self, OrganisationImportError},
        tokens::{self, NewToken},
    },
};
use regulation::Regulations;
use seal::{KeyFile, Keyring, SuiteName};
use voice::model::permission::EXPORT;

/// A house without a door.
pub struct House {
    /// The system of record.
    pub ledger: Ledger,
    /// The law.
    pub law: Arc<Regulations>,
}

/// A house that answers.
pub struct Serving {
    /// Where.
    pub address: SocketAddr,
    /// The header line with which the system calls.
    pub authorization: String,
}

impl House {
    /// Opens a house with new keys on an empty database.
    pub fn open(database: &str, change: impl FnOnce(&mut Options)) -> Result<Self> {
        let house = Self::open_with(database, Keyring::generate(SuiteName::Sm, &SystemRandom), change)?;
        house.ledger.migrate()?;
        Ok(house)
    }

    /// Opens a house that is there.
    pub fn open_with(database: &str, keys: KeyFile, change: impl FnOnce(&mut Options)) -> Result<Self> {
        let database: DatabaseUrl = database.parse().context("the database")?;
        let mut options = Options::new(database);
        change(&mut options);
        let random = Arc::new(SystemRandom);
        let keyring = Keyring::open(keys).context("the keys")?;
        let ports = Ports { clock: Arc::new(SystemClock), random, keyring: Arc::new(keyring) };
        let rooms = server::rooms();
        let ledger = Ledger::open_with(options, ports, &server::migrations(&rooms), &server::reactions(&rooms))?;
        let law = Arc::new(Regulations::builtin().context("the law")?);
        Ok(Self { ledger, law })
    }

    /// Adds units to the organisation.
    pub fn organise(&self, rows: Vec<UnitRow>) -> Result<()> {
        let cause = Cause::new("bench:organisation");
        let actor = ActorRef::program("bench");
        self.ledger
            .write(&cause, move |unit| organisation::import(unit, &actor, &rows, ""))
            .map_err(|error| match error {
                OrganisationImportError::Store(error) => anyhow::Error::from(error),
                OrganisationImportError::Rows(_) => anyhow::anyhow!("the units of the benchmark are wrong"),
            })
            .map(|_| ())
    }

    /// The head office alone.
    pub fn head_office(&self) -> Result<()> {
        self.organise(vec![unit_row("HO", "head_office", "")])
    }

    /// A token for a system that works in the unit `code`.
    pub fn token(&self, code: &str) -> Result<String> {
        let table = RoleTable::new(&permissions(&server::rooms()));
        let place = self.ledger.read(|conn| units::find_by_code(conn, code))?.context("no such unit")?;
        let new = NewToken {
            name: "bench".to_owned(),
            unit: place.id,
            permissions: Vec::new(),
            expires_at: SystemClock.now().plus_days(1),
        };
        let actor = ActorRef::program("bench");
        let issued =
            self.ledger.write(&Cause::new("bench:token"), move |unit| tokens::issue(unit, &actor, &new, &table));
        let (_, secret) = issued.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        Ok(secret)
    }

    /// Serves on a free port of this machine, with a token for the unit `code`; `peers` are routes to compare with, inside the
    /// layers that every request passes.
    pub async fn serve(&self, folder: &Path, code: &str, peers: OpenApiRouter<Shared>) -> Result<Serving> {
        let address = self.answer(folder, peers).await?;
        Ok(Serving { address, authorization: authorization(&self.token(code)?) })
    }

    /// Serves on a free port of this machine.
    pub async fn answer(&self, folder: &Path, peers: OpenApiRouter<Shared>) -> Result<SocketAddr> {
        let mut rooms = server::rooms();
        rooms.push(room(peers));
        let specs = permissions(&rooms);
        let access = people::Access::new(self.ledger.clone(), &specs, people::AccessOptions::default());
        let files = object_store::local::LocalFileSystem::new_with_prefix(folder)?;
        let objects = Objects::new(Arc::new(files));
        let settings = Settings { files_beside_database: true, ..Settings::default() };
        let shared = Shared::new(self.ledger.clone(), access, objects, self.law.clone(), settings);
        let (router, _) = server::app(shared, rooms);
        listen(router).await
    }

    /// A unit of work that cannot be refused.
    pub fn write<T: Send + 'static>(
        &self,
        act: impl FnMut(&mut ledger::Unit<'_>) -> Result<T, kernel::Problem> + Send + 'static,
    ) -> Result<T> {
        self.ledger.write(&Cause::new("bench:write"), act).map_err(|problem| anyhow::anyhow!("{problem:?}"))
    }
}

/// The permissions of the rooms; systems may export, which none does by itself and the measurements need.
fn permissions(rooms: &[Room]) -> Vec<PermissionSpec> {
    let mut specs = server::rooms::permissions(rooms);
    for spec in specs.iter_mut().filter(|spec| spec.permission == EXPORT) {
        spec.roles = &[Role::System];
    }
    specs
}

/// Serves any routes on a free port of this machine, in the way the house serves its own.
pub async fn listen(router: Router) -> Result<SocketAddr> {
    let listener = tokio::net::TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let address = listener.local_addr()?;
    let (stop, stopping) = tokio::sync::watch::channel(false);
    tokio::spawn(async move {
        server::connections::serve(listener, router, server::connections::Bounds::default(), stopping).await;
        drop(stop);
    });
    Ok(address)
}

/// A room of nothing but routes.
fn room(routes: OpenApiRouter<Shared>) -> Room {
    Room {
        name: "bench",
        title: Text::fixed("测量", "Measurements"),
        migrations: None,
        routes,
        permissions: Vec::new(),
        jobs: |_| Vec::new(),
        outside: endpoint::room::stays_inside,
        at_start: |_| Vec::new(),
        reactions: Vec::new(),
        at_stop: endpoint::room::leaves_nothing,
        derive_anew: endpoint::room::derives_nothing,
    }
}

/// The header line of a token.
pub fn authorization(token: &str) -> String {
    format!("authorization: Bearer {token}\r\n")
}

/// A row of a list of units.
pub fn unit_row(code: &str, kind: &str, parent: &str) -> UnitRow {
    UnitRow {
        line: 1,
        code: code.to_owned(),
        name: format!("机构{code}"),
        kind: kind.to_owned(),
        parent: parent.to_owned(),
        ..UnitRow::default()
    }
}
