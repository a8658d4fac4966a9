//! Splits a filter expression into tokens.

use super::FilterError;

/// The symbols, longer ones first, because some begin like others.
const SYMBOLS: [&str; 10] = ["!=", "!~", "!∅", ">=", "<=", "=", "~", ">", "<", "∅"];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// What stood between two back-ticks.
    Quoted(&'a str),
    Word(&'a str),
    Symbol(&'a str),
    Open,
    Close,
}

/// Splits an expression; the only thing that can be wrong here is a missing or a stray character.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, FilterError> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (token, after) = first_token(rest)?;
        found.push(token);
        rest = after.trim_start();
    }
    Ok(found)
}

fn first_token(text: &str) -> Result<(Token<'_>, &str), FilterError> {
    if let Some(quoted) = text.strip_prefix('`') {
        return quoted
            .split_once('`')
            .map(|(inside, after)| (Token::Quoted(inside), after))
            .ok_or_else(|| FilterError::malformed("a back-tick is not closed"));
    }
    for (sign, token) in [('(', Token::Open), (')', Token::Close)] {
        if let Some(after) = text.strip_prefix(sign) {
            return Ok((token, after));
        }
    }
    if let Some(symbol) = SYMBOLS.into_iter().find(|symbol| text.starts_with(symbol)) {
        let (symbol, after) = text.split_at(symbol.len());
        return Ok((Token::Symbol(symbol), after));
    }
    let (word, after) = text.split_at(text.find(ends_word).unwrap_or(text.len()));
    if word.is_empty() {
        let stray = text.chars().next().unwrap_or_default();
        return Err(FilterError::malformed(format!("'{stray}' is out of place")));
    }
    Ok((Token::Word(word), after))
}

fn ends_word(sign: char) -> bool {
    sign.is_whitespace() || "`()\"=!~<>∅".contains(sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_need_no_space_between_them() {
        let found = tokens("(`a b`>=`x y`)and name!~`(`").unwrap();
        let wanted = [
            Token::Open,
            Token::Quoted("a b"),
            Token::Symbol(">="),
            Token::Quoted("x y"),
            Token::Close,
            Token::Word("and"),
            Token::Word("name"),
            Token::Symbol("!~"),
            Token::Quoted("("),
        ];
        assert_eq!(found, wanted);
        assert_eq!(tokens("  ").unwrap(), []);
    }

    #[test]
    fn an_open_back_tick_and_a_stray_sign_are_refused() {
        assert!(tokens("name = `x").is_err());
        assert!(tokens("\"name = `x`").is_err());
        assert!(tokens("name ! `x`").is_err());
    }
}
