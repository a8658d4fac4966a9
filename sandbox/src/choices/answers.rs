//! Choices about what is answered, and to whom.

choice! {
    /// Says of which year the answers are, where what was seen of real tenants differs by year.
    Dialect called "dialect" {
        /// List rows spell `releaseStatusTypeID` and `parentReleaseID`, and a PUT of a system or a
        /// change answers 201 (asserted against a real tenant, 2019).
        Of2019 = "2019",
        /// A PUT of a system or a change answers 200 (asserted against a real tenant, 2021).
        Of2021 = "2021",
        /// List rows of releases have `releaseStatusMode` (seen in answers of a real tenant, 2025).
        #[default]
        Of2025 = "2025",
    }
}

choice! {
    /// Says what a 404 for an id that is not there carries, which no public text tells.
    NotFoundBody called "body of a 404" {
        /// Nothing.
        #[default]
        Empty = "empty",
        /// A message.
        Message = "message",
    }
}

choice! {
    /// Says what a valid PUT of an id that is not there answers, where tests of real tenants leave it
    /// open; that of a release is a 404 in any case (asserted, 2021).
    UnknownPut called "answer to a PUT of what is not there" {
        /// 404.
        #[default]
        NotFound = "404",
        /// 400.
        BadRequest = "400",
    }
}

choice! {
    /// Says whether the header `Plutora-Info` is looked at, which the vendor's help wants on every call
    /// and in certain characters; nothing visible happens without it (client code).
    PlutoraInfo called "treatment of Plutora-Info" {
        /// It is not.
        #[default]
        Ignored = "ignored",
        /// A request without it, or with other characters, is a 400.
        Checked = "checked",
    }
}

choice! {
    /// Says what the token endpoint answers to a refresh token, which it gives out (vendor API primer,
    /// 2018) and no public client sends back.
    RefreshGrant called "treatment of refresh tokens" {
        /// 400.
        #[default]
        Refused = "refused",
        /// A new token.
        Accepted = "accepted",
    }
}

choice! {
    /// Says how a throttled request is told when to come again.
    RetryAfter called "form of Retry-After" {
        /// As a number of seconds.
        #[default]
        Seconds = "seconds",
        /// As a date.
        Date = "date",
        /// Not at all.
        Absent = "absent",
    }
}

choice! {
    /// Says what the token endpoint answers to wrong credentials, which no public text tells. The bodies
    /// are those of OAuth 2.0 (RFC 6749) in both.
    WrongCredentials called "answer to wrong credentials" {
        /// 400, as the OAuth server that ASP.NET applications come with answers.
        #[default]
        BadRequest = "400",
        /// 401.
        Unauthorized = "401",
    }
}

choice! {
    /// Says what a PUT of a phase or a gate answers: 201 was asserted in 2019, and nobody looked since.
    WorkItemPut called "answer to a PUT of a phase or gate" {
        /// 201, in every year.
        #[default]
        Created = "201",
        /// 200.
        Ok = "200",
    }
}

choice! {
    /// Says with which status a deployment date is refused whose status or dates break a rule. The
    /// texts are asserted against a real tenant (2019), their status is not.
    DeploymentRefusals called "status of refusals of deployment dates" {
        /// 400, as other rules are told.
        #[default]
        BadRequest = "400",
        /// 500, with the text as an exception.
        Failure = "500",
    }
}

choice! {
    /// Says what is answered when many releases or changes are made at once: of changes it is an array
    /// (asserted, 2021), and of what is in no public text.
    BulkAnswers called "form of answers to bulk calls" {
        /// Of each row what was made of it, or its refusal.
        #[default]
        Objects = "objects",
        /// Messages, as for systems.
        Messages = "messages",
    }
}
