//! Choices about lists and filters.

choice! {
    /// Says in which shape lists are answered.
    Lists called "list shape" {
        /// An envelope when the request has a `pageNum`, else a bare array (asserted against a real
        /// tenant, 2019 and 2021).
        #[default]
        Documented = "documented",
        /// Always an envelope, which the vendor announced as the coming default (vendor help, 2019).
        Envelope = "envelope",
        /// Always a bare array, of the page that was asked for.
        Array = "array",
    }
}

choice! {
    /// Says what a list of more than 100 rows is that is asked for without a page.
    ///
    /// At most 100 records come at a time (vendor help), but old clients rely on the whole.
    BareArrays called "size of bare arrays" {
        /// Its first 100 rows.
        #[default]
        Cut = "cut",
        /// All of it.
        Whole = "whole",
    }
}

choice! {
    /// Says how lists below a release come, such as its systems: a known client asks them for a size and
    /// is answered an array (2021).
    PartLists called "form of lists below a release" {
        /// In pages, as other lists do.
        #[default]
        Paged = "paged",
        /// Whole, as a bare array, whatever page is asked for.
        Whole = "whole",
    }
}

choice! {
    /// Says what becomes of a filter's value that stands without back-ticks: every known filter has them,
    /// and the vendor's help can be read either way.
    BareValues called "treatment of values without back-ticks" {
        /// The filter is a failure.
        #[default]
        Refused = "refused",
        /// One word is a value.
        Accepted = "accepted",
    }
}

choice! {
    /// Says what a filter is answered that is not understood, such as one by an unknown field: for users,
    /// their groups and organizations it is a 500 (asserted against a real tenant, 2021).
    WrongFilter called "answer to a wrong filter" {
        /// 500, with the exception.
        #[default]
        Failure = "500",
        /// 400, with a message.
        BadRequest = "400",
    }
}

choice! {
    /// Says what a page of more than 100 records is that is asked for: at most 100 come at a time
    /// (vendor help), though a known client asks for 1000.
    LargePages called "size of large pages" {
        /// One of 100.
        #[default]
        Cut = "cut",
        /// As large as was asked for.
        Granted = "granted",
    }
}
