//! Adults around a child: who is responsible, who may be called, who must be kept away.

use crate::FieldError;
use crate::child::short_text;
use crate::error::Faults;
use crate::person_name::PersonName;
use crate::phone::Phone;
use crate::relation::Relation;

/// What somebody typed about one adult.
#[derive(Clone, Debug, Default)]
pub struct GuardianForm<'a> {
    /// Name.
    pub name: &'a str,
    /// GB/T 4761 code or word.
    pub relation: &'a str,
    /// Phone.
    pub phone: &'a str,
    /// Works away from home.
    pub away: bool,
    /// Must never be given the child (product.md rule 3).
    pub blocked: bool,
    /// Why kept away; secret.
    pub blocked_reason: &'a str,
    /// A reason is on file already: left empty, it stays.
    pub reason_on_file: bool,
}

/// One adult as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardianDetails {
    /// Name.
    pub name: PersonName,
    /// What the adult is to the child.
    pub relation: Relation,
    /// Phone; a guardian who is away can only be asked by it.
    pub phone: Option<Phone>,
    /// Works away from home.
    pub away: bool,
    /// Kept away from the child.
    pub blocked: bool,
    /// Why.
    pub blocked_reason: Option<String>,
}

impl GuardianDetails {
    /// Parses the form. Somebody kept away needs a reason, everybody else may have none.
    ///
    /// # Errors
    /// `required.missing`, `relation.unknown`, `phone.invalid`, `text.too_long`.
    pub fn parse(form: &GuardianForm<'_>) -> Result<GuardianDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let name = faults.take("name", PersonName::parse(form.name));
        let relation = faults.take("relation", relation(form.relation));
        let phone = match form.phone.trim() {
            "" => None,
            text => faults.take("phone", Phone::parse(text)),
        };
        let reason = faults.take("blocked_reason", short_text(form.blocked_reason, 500)).flatten();
        if form.blocked && reason.is_none() && !form.reason_on_file {
            faults.push("blocked_reason", "required.missing");
        }
        let details = name.zip(relation).map(|(name, relation)| GuardianDetails {
            name,
            relation,
            phone,
            away: form.away,
            blocked: form.blocked,
            blocked_reason: reason,
        });
        faults.finish(details)
    }
}

fn relation(text: &str) -> Result<Relation, &'static str> {
    let text = text.trim();
    if text.is_empty() {
        return Err("required.missing");
    }
    Relation::parse(text).or_else(|| Relation::from_words(text)).ok_or("relation.unknown")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_kept_away_without_a_reason() {
        let form = GuardianForm { name: "安大树", relation: "叔叔", blocked: true, ..GuardianForm::default() };
        let faults = GuardianDetails::parse(&form).unwrap_err();
        assert_eq!(faults, [FieldError::new("blocked_reason", "required.missing")]);
        let form = GuardianForm { blocked_reason: "法院禁止接触", ..form };
        assert!(GuardianDetails::parse(&form).unwrap().blocked);
    }

    #[test]
    fn a_reason_on_file_is_enough_and_who_is_not_kept_away_needs_none() {
        let form = GuardianForm { name: "安大树", relation: "叔叔", ..GuardianForm::default() };
        assert!(!GuardianDetails::parse(&form).unwrap().blocked);
        let known = GuardianForm { blocked: true, reason_on_file: true, ..form.clone() };
        assert!(GuardianDetails::parse(&known).unwrap().blocked);
        let (full, over) = ("字".repeat(500), "字".repeat(501));
        assert!(GuardianDetails::parse(&GuardianForm { blocked: true, blocked_reason: &full, ..form.clone() }).is_ok());
        let faults = GuardianDetails::parse(&GuardianForm { blocked_reason: &over, ..form.clone() }).unwrap_err();
        assert_eq!(faults, [FieldError::new("blocked_reason", "text.too_long")]);
        let faults = GuardianDetails::parse(&GuardianForm { relation: " ", ..form }).unwrap_err();
        assert_eq!(faults, [FieldError::new("relation", "required.missing")]);
    }
}
