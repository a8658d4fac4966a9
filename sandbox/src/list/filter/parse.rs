//! Tokens to an expression.
//!
//! ```text
//! any       = all *("or" all)
//! all       = single *("and" single)
//! single    = "(" any ")" | condition
//! condition = field operator [value]
//! ```

use super::condition::Condition;
use super::operator::Operator;
use super::token::Token;
use super::{Expression, FilterError, Terms};
use crate::choices::BareValues;
use crate::list::column::Column;

/// Deeper nesting is nobody's filter and would only exhaust the stack.
pub(super) const DEEPEST: usize = 50;

/// The most words that an operator's spaced form has, as in `Greater Or Equal`.
const MOST_WORDS: usize = 3;

/// Parses all tokens as one expression.
pub(super) fn parse(tokens: &[Token<'_>], terms: Terms) -> Result<Expression, FilterError> {
    let mut parser = Parser { rest: tokens, terms, depth: 0 };
    let expression = parser.any()?;
    match parser.rest.first() {
        None => Ok(expression),
        Some(token) => Err(out_of_place(token)),
    }
}

struct Parser<'a> {
    rest: &'a [Token<'a>],
    terms: Terms,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn any(&mut self) -> Result<Expression, FilterError> {
        let mut parts = vec![self.all()?];
        while self.skip_word("or") {
            parts.push(self.all()?);
        }
        Ok(Expression::Any(parts))
    }

    fn all(&mut self) -> Result<Expression, FilterError> {
        let mut parts = vec![self.single()?];
        while self.skip_word("and") {
            parts.push(self.single()?);
        }
        Ok(Expression::All(parts))
    }

    fn single(&mut self) -> Result<Expression, FilterError> {
        match self.next()? {
            Token::Open => self.group(),
            Token::Quoted(name) | Token::Word(name) => self.condition(name),
            token @ (Token::Close | Token::Symbol(_)) => Err(out_of_place(token)),
        }
    }

    fn group(&mut self) -> Result<Expression, FilterError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(FilterError::malformed("it is nested too deeply"));
        }
        let inside = self.any()?;
        self.depth -= 1;
        let end = self.next()?;
        if *end == Token::Close { Ok(inside) } else { Err(out_of_place(end)) }
    }

    fn condition(&mut self, name: &str) -> Result<Expression, FilterError> {
        let column = column_named(name, self.terms.columns)?;
        let (operator, written) = self.operator()?;
        let value = match (self.rest.split_first(), operator.takes_value()) {
            (Some((Token::Quoted(value), rest)), _) => {
                self.rest = rest;
                value
            }
            (_, false) => "",
            (Some((Token::Word(word), rest)), true)
                if self.terms.bare_values == BareValues::Accepted =>
            {
                self.rest = rest;
                word
            }
            (Some((token, _)), true) => return Err(out_of_place(token)),
            (None, true) => return Err(FilterError::malformed("a value is missing")),
        };
        Condition::new(column, operator, &written, value, self.terms.zone).map(Expression::Holds)
    }

    /// Takes an operator, and gives it back with its spelling.
    fn operator(&mut self) -> Result<(Operator, String), FilterError> {
        let written = match self.rest.first() {
            Some(Token::Quoted(text) | Token::Symbol(text)) => Some((1, (*text).to_owned())),
            _ => (1..=MOST_WORDS).rev().find_map(|count| self.words(count)),
        };
        let (count, written) =
            written.ok_or_else(|| FilterError::malformed("an operator is missing"))?;
        let operator = Operator::read(&written)
            .ok_or_else(|| FilterError::malformed(format!("'{written}' is no operator")))?;
        self.rest = self.rest.get(count..).unwrap_or_default();
        Ok((operator, written))
    }

    /// Joins the next words, provided that together they are an operator.
    fn words(&self, count: usize) -> Option<(usize, String)> {
        let words: Option<Vec<&str>> = self.rest.get(..count)?.iter().map(word).collect();
        let joined = words?.join(" ");
        Operator::read(&joined).map(|_| (count, joined))
    }

    fn skip_word(&mut self, wanted: &str) -> bool {
        let found =
            self.rest.first().and_then(word).is_some_and(|it| it.eq_ignore_ascii_case(wanted));
        if found {
            self.rest = self.rest.get(1..).unwrap_or_default();
        }
        found
    }

    fn next(&mut self) -> Result<&'a Token<'a>, FilterError> {
        let (token, rest) =
            self.rest.split_first().ok_or_else(|| FilterError::malformed("it ends too early"))?;
        self.rest = rest;
        Ok(token)
    }
}

/// Gives the column with a name, in any case.
pub(super) fn column_named(name: &str, columns: &'static [Column]) -> Result<Column, FilterError> {
    let column = columns.iter().find(|column| column.name.eq_ignore_ascii_case(name.trim()));
    column.copied().ok_or_else(|| FilterError::UnknownField(name.to_owned()))
}

fn word<'a>(token: &Token<'a>) -> Option<&'a str> {
    match token {
        Token::Word(word) => Some(word),
        Token::Quoted(_) | Token::Symbol(_) | Token::Open | Token::Close => None,
    }
}

fn out_of_place(token: &Token<'_>) -> FilterError {
    let text = match token {
        Token::Quoted(text) | Token::Word(text) | Token::Symbol(text) => text,
        Token::Open => "(",
        Token::Close => ")",
    };
    FilterError::malformed(format!("'{text}' is out of place"))
}
