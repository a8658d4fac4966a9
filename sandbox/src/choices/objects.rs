//! Choices about what becomes of objects.

choice! {
    /// Says whether a system's row in a release has a deployment status.
    ///
    /// That it can be set "for each System within a Release" is documented (vendor help, 2020), but
    /// not by which call, so both tenants are possible.
    RowStatus called "row status" {
        /// It has one, which a PUT of the row sets (inferred).
        #[default]
        Kept = "kept",
        /// It has none, and one that a PUT carries is forgotten.
        Ignored = "ignored",
    }
}

choice! {
    /// Says what setting `parentReleaseId` does with the phases and gates that the parent has already.
    ///
    /// The API "does not support the selection of Phase or Gate migration" (vendor help, 2020), which
    /// can be read either way.
    Linking called "linking" {
        /// Nothing; only what the parent gets later reaches the child.
        #[default]
        Leaves = "leaves",
        /// They appear in the child.
        Copies = "copies",
    }
}

choice! {
    /// Says what a PUT of a release does that leaves out `parentReleaseId`.
    OmittedParent called "treatment of a parent that is left out" {
        /// It takes the release out of its parent: a PUT is a full replacement (vendor help).
        #[default]
        Cleared = "cleared",
        /// Nothing.
        Kept = "kept",
    }
}

choice! {
    /// Says whether two releases can have one identifier, which no public text settles.
    Identifiers called "use of identifiers" {
        /// They can.
        #[default]
        Repeat = "repeat",
        /// The second is refused.
        Unique = "unique",
    }
}

choice! {
    /// Says whether two systems, or two environments, can have one name; public texts contradict each
    /// other.
    Names called "use of names" {
        /// They can.
        #[default]
        Repeat = "repeat",
        /// The second is refused.
        Unique = "unique",
    }
}

choice! {
    /// Says what a PUT of an object does with the custom fields that it carries; client code and tests
    /// of real tenants contradict each other (2018, 2019).
    InlineFields called "treatment of custom fields in a PUT" {
        /// Nothing; they have a path of their own.
        #[default]
        Ignored = "ignored",
        /// It writes them.
        Written = "written",
    }
}

choice! {
    /// Says whether an Enterprise release can be told to deliver a change: it cannot, by the vendor's
    /// help, though one suite tries it.
    EnterpriseChanges called "treatment of changes of an Enterprise" {
        /// That is refused.
        #[default]
        Refused = "refused",
        /// It can.
        Accepted = "accepted",
    }
}

choice! {
    /// Says which deployment statuses may be set where no refusal is known.
    StatusRules called "rules of deployment statuses" {
        /// Those that are inferred too: nothing goes back to Pending, Completed is for what is no
        /// Enterprise, Endorsed for an Enterprise alone.
        #[default]
        Strict = "strict",
        /// Any, but Rejected in an Enterprise, whose refusal is asserted (2019).
        Loose = "loose",
    }
}

choice! {
    /// Says whether a release needs a manager: a client's comment of 2017 says so, and a suite of 2021
    /// leaves the manager out.
    Managers called "need of managers" {
        /// It does not.
        #[default]
        Optional = "optional",
        /// A POST or PUT without one is refused.
        Required = "required",
    }
}

choice! {
    /// Says by which id a path names a stakeholder; the suites that know it contradict each other.
    StakeholderIds called "id of stakeholders" {
        /// Any of the two below.
        #[default]
        Any = "any",
        /// That of the row.
        Row = "row",
        /// That of the user or the group.
        Member = "member",
    }
}

choice! {
    /// Says of what an activity's `assignedWorkItemID` is the id; clients contradict each other.
    WorkItemIds called "work item of activities" {
        /// Any of the two below.
        #[default]
        Any = "any",
        /// A phase or gate of the release.
        Items = "items",
        /// The name of a phase or gate, which the tenant has.
        Names = "names",
    }
}

choice! {
    /// Says what `isIgnore` does in the POST of a phase or gate of an Enterprise; in a PUT it is known
    /// to come back false (asserted, 2019).
    IgnoredItems called "treatment of isIgnore in a POST" {
        /// It comes back false too.
        #[default]
        Dropped = "dropped",
        /// It is kept.
        Kept = "kept",
    }
}

choice! {
    /// Says what a PUT of a change does that leaves out `expectedDeliveryDate`.
    OmittedDelivery called "treatment of a delivery date that is left out" {
        /// It empties it: a PUT is a full replacement (vendor help).
        #[default]
        Cleared = "cleared",
        /// Nothing.
        Kept = "kept",
    }
}

choice! {
    /// Says what a PUT of a release does that leaves out `plutoraReleaseType` or `releaseProjectType`,
    /// which is known to succeed (asserted, 2021).
    OmittedKind called "treatment of a kind that is left out" {
        /// Nothing.
        #[default]
        Kept = "kept",
        /// It empties it.
        Cleared = "cleared",
    }
}
