//! A member of staff at the console: signed in with password and second factor for one command, signed out behind it.

use std::io::{self, IsTerminal, Read};

use endpoint::{Authenticator, Credentials};
use kernel::{Actor, Pii, Problem, ProblemKind, SystemRandom, Text};
use ledger::{Cause, Ledger};
use people::{
    Access, AccessOptions,
    access::{
        authenticator::{self, Duty},
        password::{self, Verdict},
    },
    store::{credentials, sessions},
    use_cases::sign_in::{self, Check, NewSession},
};

use crate::{
    fault::{Fault, Outcome},
    house::House,
    settings::Settings,
};

/// Bytes of the password and the code at most, before people look at them.
const SECRETS_BYTES_MAX: u64 = 4096;

/// A person who is signed in for the length of a command.
pub struct Operator {
    /// Who it is and what they may do where.
    pub actor: Actor,
    ledger: Ledger,
    session: NewSession,
}

impl Operator {
    /// Signs in with the staff number and what standard input holds: the password on the first line and, where there is a
    /// second factor, its code on the second. Whoever still has to change a temporary password or to set up the second factor
    /// that the bank requires does so in the browser first: the console is no way round it.
    pub fn sign_in(house: &House, settings: &Settings, number: &str) -> Outcome<Self> {
        let options = AccessOptions { second_factor_required: settings.second_factor_required()? };
        let (password, code) = read_secrets()?;
        let cause = Cause::new("command:sign-in");
        let typed = number.to_owned();
        let begun = house.ledger.write(&cause, move |unit| sign_in::begin(unit, &typed).map_err(Problem::from))?;
        let now = house.ledger.ports().clock.now();
        let attempt = begun.map_err(|locked| sign_in::locked(locked, now))?;
        let verdict = password::verify(password.expose(), attempt.stored.as_deref());
        let outdated = verdict == Verdict::Right { outdated: true };
        let rehashed = outdated.then(|| password::hash(password.expose(), &SystemRandom));
        let check = Check { verdict, rehashed, code, client: "xiaobao".to_owned() };
        let ended = house.ledger.write(&cause, move |unit| sign_in::finish(unit, &attempt, &check))?;
        let session = ended.map_err(sign_in::Refusal::problem)?;
        let specs = server::rooms::permissions(&house.rooms);
        let access = Access::new(house.ledger.clone(), &specs, options);
        let known = access.authenticate(&Credentials::Session(session.token.clone()))?;
        let operator = Self { actor: known.actor, ledger: house.ledger.clone(), session };
        match operator.first_duty(options)? {
            None => Ok(operator),
            Some(duty) => {
                operator.sign_out();
                Err(owed(duty))
            }
        }
    }

    /// What the person has to do before anything else.
    fn first_duty(&self, options: AccessOptions) -> Outcome<Option<Duty>> {
        let staff = self.session.session.staff;
        let held = self.ledger.read(|conn| credentials::of(conn, staff))?;
        Ok(authenticator::duties(&held, options).into_iter().next())
    }

    /// Ends the session. A session that cannot be ended now runs out by itself.
    pub fn sign_out(self) {
        let session = self.session.session;
        let ended = self.ledger.write(&Cause::new("command:sign-out"), move |unit| {
            sessions::delete(unit.connection(), session.staff, session.id)
        });
        if let Err(error) = ended {
            tracing::warn!(%error, "the session of the command could not be ended");
        }
    }

    /// The fault of a permission that is not held anywhere.
    pub fn require(&self, permission: kernel::Permission) -> Outcome {
        if self.actor.holds(permission) {
            return Ok(());
        }
        let message = Text::of(
            format!("您没有这项权限（{}）；需要时请联系管理员。", permission.0),
            format!("You lack the permission {}; ask your administrator if you need it.", permission.0),
        );
        Err(Problem::new(ProblemKind::Forbidden, message).into())
    }
}

/// The fault of a person who has something to do first.
fn owed(duty: Duty) -> Fault {
    let message = match duty {
        Duty::ChangePassword => Text::fixed(
            "请先在浏览器中登录，修改临时密码。",
            "Sign in with the browser first, and change the temporary password.",
        ),
        Duty::EnrolSecondFactor => Text::fixed(
            "本行要求双因素登录；请先在浏览器中登录，绑定动态验证码，再在第二行给出验证码。",
            "The bank requires a second factor: sign in with the browser first and set one up, then give its code on the second line.",
        ),
    };
    Problem::new(ProblemKind::Forbidden, message).into()
}

/// The password and the code, from a pipe: typed at a terminal they would be seen.
fn read_secrets() -> Outcome<(Pii<String>, Option<String>)> {
    let input = io::stdin().lock();
    if input.is_terminal() {
        return Err(Fault::setting(Text::fixed(
            "密码须从管道输入：第一行密码，启用双因素时第二行为动态验证码。",
            "The password comes by pipe: on the first line, and on the second the code of the second factor, where there is one.",
        )));
    }
    let mut text = String::new();
    input.take(SECRETS_BYTES_MAX).read_to_string(&mut text).map_err(|error| {
        Fault::failed(Text::fixed("无法从标准输入读取密码。", "Cannot read the password from standard input."))
            .with(error)
    })?;
    let mut lines = text.lines();
    let password = Pii::new(lines.next().unwrap_or_default().to_owned());
    let code = lines.next().map(str::trim).filter(|code| !code.is_empty()).map(str::to_owned);
    Ok((password, code))
}
