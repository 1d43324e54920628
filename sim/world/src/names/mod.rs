//! Names: a resolver on each machine, and the name server that they ask.

mod message;
mod resolver;
mod server;

pub use message::{DomainName, LABEL_BYTES_MAX, NAME_BYTES_MAX};
pub use resolver::{
    ANSWER_TIMEOUT, ATTEMPTS_MAX, KEPT_MAX, NO_SUCH_NAME_KEPT_MAX, Question, Resolution, Resolved, Resolver,
    Unresolved,
};
pub use server::{NAME_TTL, NO_SUCH_NAME_TTL, NameServer, NameServerMode, Reply};
