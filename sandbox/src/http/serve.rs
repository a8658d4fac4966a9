//! The one handler that axum calls: reads the request, admits it, consults the faults, waits, answers and
//! notes it in the journal.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::Response;
use futures_util::StreamExt as _;

use super::call::Call;
use super::dispatch::{answer_api, answer_control};
use super::gate::Gate;
use super::page;
use super::refusal::Refusal;
use super::reply::Reply;
use super::wire::{Answer, no_answer};
use crate::control::{Action, Edit};
use crate::data::Saver;
use crate::world::{Shared, World};

/// No request that Plutora takes comes near this; it only keeps a stray upload out of the memory.
const LARGEST_BODY: usize = 32 * 1024 * 1024;

/// Holds what every request needs.
#[derive(Debug)]
pub(crate) struct App {
    pub(crate) shared: Shared,
    pub(crate) saver: Saver,
    pub(crate) gate: Gate,
}

/// Makes the service; routing is our own, because axum's is case-sensitive.
pub(crate) fn router(app: Arc<App>) -> Router {
    Router::new().fallback(serve).with_state(app)
}

async fn serve(State(app): State<Arc<App>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = match read(body).await {
        Ok(Some(body)) => body,
        Ok(None) => {
            return Answer::of(&Refusal::TooLong(LARGEST_BODY).into_reply()).into_response();
        }
        Err(_) => return no_answer(),
    };
    let call = Call::new(parts, body);
    // In a task of its own: what was sent is carried out, though its sender may give up or be gone.
    let answered = tokio::spawn(async move { app.answer(call).await }).await;
    answered.ok().flatten().map_or_else(no_answer, Answer::into_response)
}

/// Reads a body; of one that is too long the rest is read too, and forgotten, because a client that is
/// still sending would not see the answer.
async fn read(body: Body) -> Result<Option<Bytes>, axum::Error> {
    let mut parts = body.into_data_stream();
    let mut bytes = Some(Vec::new());
    while let Some(part) = parts.next().await {
        let part = part?;
        bytes = bytes.filter(|read| read.len() + part.len() <= LARGEST_BODY);
        if let Some(bytes) = &mut bytes {
            bytes.extend_from_slice(&part);
        }
    }
    Ok(bytes.map(Bytes::from))
}

impl App {
    /// Answers a request; `None` stands for a connection that breaks.
    async fn answer(&self, mut call: Call) -> Option<Answer> {
        // A connection may outlive the sandbox by a moment; what it still asks for is not answered.
        // A request counts as at work once it is read, so a stalled upload keeps nobody from stopping.
        let _pass = self.gate.enter()?;
        if let Some(page) = page::answer(&call) {
            return Some(page);
        }
        if call.is_control() {
            return Some(self.answer_about_itself(&mut call));
        }
        self.answer_as_plutora(&mut call).await
    }

    fn answer_about_itself(&self, call: &mut Call) -> Answer {
        if call.comes_from_elsewhere() {
            return Answer::of(&Refusal::Forbidden.into_reply());
        }
        let reply = self.change(|world| answer_control(world, call));
        Answer::of(&reply)
    }

    /// Answers a request of the API.
    async fn answer_as_plutora(&self, call: &mut Call) -> Option<Answer> {
        let (latency, fault) = match self.admit(call) {
            Ok(admitted) => admitted,
            Err(throttled) => return Some(*throttled),
        };
        let before = if let Some(Action::Delay(delay)) = &fault { *delay } else { Duration::ZERO };
        self.wait(latency + before).await?;
        let name = fault.as_ref().map(Action::name);
        match fault {
            None | Some(Action::Delay(_)) => Some(self.perform(call, name)),
            Some(Action::EmptyBody) => Some(self.perform(call, name).without_body()),
            Some(Action::Truncate) => Some(self.perform(call, name).cut()),
            Some(Action::Malformed) => Some(self.perform(call, name).malformed()),
            Some(Action::DelayAnswer(delay)) => {
                let answer = self.perform(call, name);
                // What took effect is answered, if early.
                let _stopped = self.wait(delay).await;
                Some(answer)
            }
            Some(Action::RevokeTokens) => {
                self.shared.lock().sessions.revoke_all();
                Some(self.perform(call, name))
            }
            Some(Action::Page(paging)) => {
                call.paging = paging;
                Some(self.perform(call, name))
            }
            Some(Action::Edit(edits)) => {
                self.edit(&edits);
                Some(self.perform(call, name))
            }
            Some(Action::DropAfter) => {
                self.perform(call, name);
                None
            }
            Some(Action::DropBefore) => {
                self.shared.lock().journal.add(call, name, None, None);
                None
            }
            Some(Action::Answer(answer)) => {
                self.shared.lock().journal.add(call, name, Some(answer.status), None);
                Some(answer)
            }
        }
    }

    /// Holds a request back; `None` once the sandbox stops, as nobody waits for a late answer then.
    async fn wait(&self, time: Duration) -> Option<()> {
        if time.is_zero() {
            return Some(());
        }
        tokio::select! {
            () = tokio::time::sleep(time) => Some(()),
            () = self.gate.closed() => None,
        }
    }

    /// Admits a request, and says how long it waits and what goes wrong with it; or says why not.
    fn admit(&self, call: &Call) -> Result<(Duration, Option<Action>), Box<Answer>> {
        let mut world = self.shared.lock();
        if !call.is_about_tokens()
            && let Err(throttled) = world.admission.admit(Instant::now())
        {
            let retry_after = world.admission.throttle.retry_after;
            let answer = Answer::throttled(throttled, retry_after);
            world.journal.add(call, Some("throttle"), Some(answer.status), None);
            return Err(Box::new(answer));
        }
        let fault = world.faults.take(&call.method, &call.segments);
        Ok((world.latency, fault))
    }

    /// Carries out all edits before anybody else is let in.
    fn edit(&self, edits: &[Edit]) {
        let tenant = &mut self.shared.lock().tenant;
        for edit in edits {
            edit.carry_out(tenant);
        }
    }

    /// Has the request handled and noted in one go, so that the journal's order is that of effects.
    fn perform(&self, call: &mut Call, fault: Option<&'static str>) -> Answer {
        let reply = self.change(|world| {
            let reply = answer_api(world, call);
            world.journal.add(call, fault, Some(reply.status), reply.body.as_ref());
            reply
        });
        tracing::debug!(method = %call.method, path = call.path, status = %reply.status);
        Answer::of(&reply)
    }

    /// Runs a handler alone, and has the saver save what it may have written.
    fn change(&self, handler: impl FnOnce(&mut World) -> Reply) -> Reply {
        let (reply, revision) = {
            let mut world = self.shared.lock();
            (handler(&mut world), world.tenant.data.revision())
        };
        self.saver.reached(revision);
        reply
    }
}
