//! `xiaobao admin`: the first administrator, and the way back in for one who is locked out.

use std::io::{self, IsTerminal, Read};

use clap::{Args, Subcommand};
use kernel::{ActorRef, Pii, Problem, Role, SystemRandom, Text};
use ledger::Cause;
use people::{
    access::{password, secret},
    model::staff::{NewStaff, check_person_name, normalise_number},
    store::staff as stored_staff,
    use_cases::staff,
};

use crate::{
    cli,
    console::Console,
    fault::{Fault, Outcome},
    head_office,
    house::{self, House, Tables},
    settings::{Flag, Settings},
};

const AFTER_CREATE: &str = "\
Without --password-stdin a temporary password is made, shown once, and changed at the first sign-in.
不给 --password-stdin 时生成临时密码，只显示一次，首次登录时必须修改。
Examples 示例:
  xiaobao admin create-user a001 --name 管理员 --role administrator \\
      --database sqlite:bank.db --key-file bank.keys
  xiaobao admin create-user gz001 --name 张三 --unit GZ \\
      --role officer --role handler ...
  pass show xiaobao |
      xiaobao admin create-user a001 --name 管理员 --password-stdin ...";

const AFTER_RESET: &str = "\
Gives a temporary password, removes the second factor, ends all sessions and lifts a lock.
生成临时密码，取消双因素，结束全部会话并解除锁定。
Examples 示例:
  xiaobao admin reset-password a001 \\
      --database sqlite:bank.db --key-file bank.keys";

/// Bytes of a password at most, before people look at it.
const PASSWORD_BYTES_MAX: u64 = 4096;

/// What to do as administrator of the machine.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Enter a member of staff who can sign in at once. 新建可立即登录的员工。
    #[command(after_help = AFTER_CREATE)]
    CreateUser {
        /// The staff number. 工号。
        number: String,
        /// The person's name. 姓名。
        #[arg(long)]
        name: String,
        /// The code of the unit; the head office when absent. 机构号，缺省为总行。
        #[arg(long)]
        unit: Option<String>,
        /// A role, within the unit and all below it; may be repeated. 角色，可重复。
        #[arg(long = "role", value_name = "ROLE", default_value = "administrator")]
        roles: Vec<String>,
        /// Read the password from standard input. 从标准输入读取密码。
        #[arg(long)]
        password_stdin: bool,
        #[command(flatten)]
        house: cli::House,
    },
    /// Let somebody back in. 重置密码。
    #[command(after_help = AFTER_RESET)]
    ResetPassword {
        /// The staff number. 工号。
        number: String,
        #[command(flatten)]
        house: cli::House,
    },
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        match &self.command {
            Command::CreateUser { house, .. } | Command::ResetPassword { house, .. } => house.flags(),
        }
    }
}

/// Does what was asked.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let house = house::open(settings, console, Tables::Required)?;
    match &arguments.command {
        Command::CreateUser { number, name, unit, roles, password_stdin, .. } => {
            let given = if *password_stdin { Some(read_password()?) } else { None };
            create(&house, (number, name), unit.as_deref(), roles, given, console)
        }
        Command::ResetPassword { number, .. } => reset(&house, number, console),
    }
}

fn create(
    house: &House,
    (number, name): (&str, &str),
    unit: Option<&str>,
    roles: &[String],
    given: Option<Pii<String>>,
    console: Console,
) -> Outcome {
    let number = normalise_number(number).map_err(Fault::setting)?;
    let name = Pii::new(check_person_name(name).map_err(Fault::setting)?.to_owned());
    let roles = roles.iter().map(|role| parse_role(role)).collect::<Outcome<Vec<Role>>>()?;
    if let Some(given) = &given {
        password::check(given.expose(), &number).map_err(|fault| Fault::failed(fault.text()))?;
    }
    let home = head_office::unit_or_top(house, unit, console)?;
    let temporary = given.is_none();
    let secret = given.unwrap_or_else(|| Pii::new(secret::temporary_password(&SystemRandom)));
    let hash = password::hash(secret.expose(), &SystemRandom);
    let shown = number.clone();
    house.ledger.write(&Cause::new("command:admin create-user"), move |unit| -> Result<(), Problem> {
        let actor = ActorRef::program("admin");
        let now = unit.now();
        let roles = roles.iter().map(|role| staff::from_now(*role, home.id, now)).collect();
        let new = NewStaff { number: number.clone(), name: name.clone(), phone: None, unit: home.id, roles };
        let entered = staff::register(unit, &actor, &new)?;
        let record = stored_staff::find(unit.connection(), entered.id)?;
        let record = record.ok_or_else(|| Problem::internal_error("the new member of staff is not there"))?;
        if temporary {
            staff::reset(unit, &actor, &record, &hash)
        } else {
            staff::set_password(unit, &actor, &record, &hash)
        }
    })?;
    if temporary {
        return tell_password(&shown, &secret, console);
    }
    console.say(&Text::of(format!("已新建 {shown}。"), format!("Entered {shown}.")))
}

fn reset(house: &House, number: &str, console: Console) -> Outcome {
    let number = normalise_number(number).map_err(Fault::setting)?;
    let secret = Pii::new(secret::temporary_password(&SystemRandom));
    let hash = password::hash(secret.expose(), &SystemRandom);
    let shown = number.clone();
    house.ledger.write(&Cause::new("command:admin reset-password"), move |unit| -> Result<(), Problem> {
        let found = stored_staff::find_by_number(unit.connection(), &number)?;
        let record = found.ok_or_else(|| Problem::not_found("员工", "member of staff"))?;
        staff::reset(unit, &ActorRef::program("admin"), &record, &hash)
    })?;
    tell_password(&shown, &secret, console)
}

/// The one place where a password is shown, once, to whoever runs the machine.
fn tell_password(number: &str, secret: &Pii<String>, console: Console) -> Outcome {
    let (secret, days) = (secret.expose(), staff::TEMPORARY_DAYS);
    console.say(&Text::of(
        format!("工号 {number} 的临时密码（{days} 天内有效，只显示这一次）：{secret}"),
        format!("Temporary password of {number} (good for {days} days, shown this once): {secret}"),
    ))
}

fn parse_role(text: &str) -> Outcome<Role> {
    let found = Role::ALL.into_iter().find(|role| role.as_str() == text || role.title().zh == text);
    found.filter(|role| people::model::staff::is_for_staff(*role)).ok_or_else(|| {
        let words: Vec<&str> =
            Role::ALL.into_iter().filter(|r| people::model::staff::is_for_staff(*r)).map(Role::as_str).collect();
        let words = words.join(", ");
        Fault::setting(Text::of(format!("角色应为：{words}。"), format!("A role is one of: {words}.")))
    })
}

fn read_password() -> Outcome<Pii<String>> {
    let mut text = String::new();
    let mut input = io::stdin().lock();
    if input.is_terminal() {
        return Err(Fault::setting(Text::fixed(
            "--password-stdin 从管道读取密码；在终端上输入会显示出来。",
            "--password-stdin reads from a pipe; typed at a terminal, the password would be seen.",
        )));
    }
    Read::by_ref(&mut input).take(PASSWORD_BYTES_MAX).read_to_string(&mut text).map_err(|error| {
        Fault::failed(Text::fixed("无法从标准输入读取密码。", "Cannot read the password from standard input."))
            .with(error)
    })?;
    let line = text.lines().next().unwrap_or_default().to_owned();
    Ok(Pii::new(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_read_in_both_languages() {
        assert_eq!(parse_role("officer").unwrap(), Role::Officer);
        assert_eq!(parse_role("消保专员").unwrap(), Role::Officer);
        assert!(parse_role("customer").is_err() && parse_role("king").is_err());
    }
}
