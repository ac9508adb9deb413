//! The one gate between a caller and a thing: `authorise` alone makes the `Authorised<T>` that writes require.

use crate::{Actor, OrgPath, Permission};

/// A thing that belongs to a place in the organisation.
pub trait Scoped {
    /// The unit the thing belongs to.
    fn unit(&self) -> &OrgPath;

    /// Whether the actor sees the thing for a reason of its own, such as having filed it.
    fn concerns(&self, _actor: &Actor) -> bool {
        false
    }
}

/// A thing together with the proof that the caller may do what was asked.
#[derive(Debug)]
pub struct Authorised<T>(T);

/// Why the caller may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The caller may not know of the thing; answer as if it did not exist.
    Hidden,
    /// The caller may see the thing and lacks the permission named.
    Lacks(Permission),
}

/// Lets `actor` do `act` to `thing`, if `see` and `act` are both held where the thing belongs.
pub fn authorise<T: Scoped>(
    actor: &Actor,
    see: Permission,
    act: Permission,
    thing: T,
) -> Result<Authorised<T>, Refused> {
    if !actor.may(see, thing.unit()) && !thing.concerns(actor) {
        return Err(Refused::Hidden);
    }
    if see != act && !actor.may(act, thing.unit()) {
        return Err(Refused::Lacks(act));
    }
    Ok(Authorised(thing))
}

impl<T> Authorised<T> {
    /// The thing itself, the proof used up.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> std::ops::Deref for Authorised<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{ActorKind, ActorRef, Grant};

    #[derive(Debug)]
    struct Thing(OrgPath);
    impl Scoped for Thing {
        fn unit(&self) -> &OrgPath {
            &self.0
        }
    }

    #[test]
    fn what_may_not_be_seen_does_not_exist() {
        let (see, act) = (Permission("t.see"), Permission("t.act"));
        let path = |p: &str| OrgPath::parse(p).unwrap();
        let actor = Actor {
            reference: ActorRef::program("test"),
            kind: ActorKind::Program,
            roles: Arc::new([]),
            posts: Arc::new([]),
            unit: path("/HO/A/"),
            grants: Arc::new([
                Grant { permission: see, scope: path("/HO/A/") },
                Grant { permission: act, scope: path("/HO/A/1/") },
                Grant { permission: act, scope: path("/HO/B/") },
            ]),
        };
        assert!(authorise(&actor, see, act, Thing(path("/HO/A/1/"))).is_ok());
        assert_eq!(authorise(&actor, see, act, Thing(path("/HO/A/2/"))).unwrap_err(), Refused::Lacks(act));
        assert_eq!(authorise(&actor, see, act, Thing(path("/HO/B/"))).unwrap_err(), Refused::Hidden);
    }
}
