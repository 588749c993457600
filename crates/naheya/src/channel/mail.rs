//! Mail by SMTP (RFC 5321), said step by step: until the words themselves went out, a lost connection
//! means "not sent"; after that, nobody knows.

use std::time::Duration;

use lettre::message::{Mailbox, header};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::{Address, Message as Letter};
use naheya_domain::notice::{MailConfig, Security, Verdict};
use naheya_store::notice::Answered;

use super::{Message, answered, misset};

const PATIENCE: Duration = Duration::from_secs(10);

/// Sends it to one address.
pub fn send(server: &MailConfig, message: &Message) -> Answered {
    let (Ok(from), Ok(to)) = (server.from.parse::<Address>(), message.address.parse::<Address>()) else {
        return answered(Verdict::Rejected, "mail.invalid");
    };
    let Ok(letter) = letter(&from, &to, message) else { return answered(Verdict::Rejected, "mail.invalid") };
    let mut connection = match opened(server) {
        Ok(connection) => connection,
        Err(answer) => return answer,
    };
    let handed = connection
        .command(Mail::new(Some(from), Vec::new()))
        .and_then(|_| connection.command(Rcpt::new(to, Vec::new())))
        .and_then(|_| connection.command(Data));
    if let Err(error) = handed {
        connection.abort();
        return refused(&error);
    }
    let answer = match connection.message(&letter) {
        Ok(reply) => {
            let provider_id = reply.first_line().map(|line| line.chars().take(80).collect());
            Answered { provider_id, ..answered(Verdict::Taken, format!("SMTP {}", reply.code())) }
        }
        Err(error) if error.status().is_some() => refused(&error),
        Err(_) => answered(Verdict::Lost, "answer.lost"),
    };
    let _ = connection.quit();
    answer
}

/// Connected, encrypted and signed in as the settings say.
fn opened(server: &MailConfig) -> Result<SmtpConnection, Answered> {
    let name = ClientId::Domain("naheya".to_owned());
    let tls = TlsParameters::new(server.host.clone()).map_err(|_| misset("tls.failed"))?;
    let at_once = (server.security == Security::Tls).then_some(&tls);
    let host = (server.host.as_str(), server.port);
    let mut connection =
        SmtpConnection::connect(host, Some(PATIENCE), &name, at_once, None).map_err(|error| refused(&error))?;
    if server.security == Security::Starttls {
        if !connection.can_starttls() {
            return Err(misset("tls.not_offered"));
        }
        connection.starttls(&tls, &name).map_err(|error| refused(&error))?;
    }
    if !server.user.is_empty() {
        let who = Credentials::new(server.user.clone(), server.password.clone());
        let signed_in = connection.auth(&[Mechanism::Plain, Mechanism::Login], &who);
        signed_in.map_err(|error| if error.is_permanent() { misset(code(&error)) } else { refused(&error) })?;
    }
    Ok(connection)
}

/// The same `Message-ID` with every try: a mail server that keeps order shows a doubled mail once.
fn letter(from: &Address, to: &Address, message: &Message) -> Result<Vec<u8>, lettre::error::Error> {
    let id = format!("<{}@{}>", message.id, from.domain());
    let letter = Letter::builder()
        .from(Mailbox::new(None, from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .subject(&message.subject)
        .message_id(Some(id))
        .header(header::ContentType::TEXT_PLAIN)
        .body(message.body.clone())?;
    Ok(letter.formatted())
}

/// Nothing was taken: for now (4xx, not reached) or for good (5xx).
fn refused(error: &Error) -> Answered {
    if error.is_permanent() {
        answered(Verdict::Rejected, code(error))
    } else if error.is_tls() {
        answered(Verdict::Refused, "tls.failed")
    } else {
        answered(Verdict::Refused, code(error))
    }
}

fn code(error: &Error) -> String {
    error.status().map_or_else(|| "host.not_reached".to_owned(), |code| format!("SMTP {code}"))
}
