//! Stations of the grid: where a child, a parent or a volunteer can go in. They stand in an area and are open from a day to a
//! day.

use crate::FieldError;
use crate::charge::Days;
use crate::child::short_text;
use crate::error::Faults;

/// What kind of place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StationKind {
    /// 党群服务中心.
    PartyCentre,
    /// 嘎查活动室.
    GachaRoom,
    /// 社区活动室.
    CommunityRoom,
    /// 儿童之家.
    ChildrensHome,
    /// 妇女之家.
    WomensHome,
    /// Another.
    Other,
}

impl StationKind {
    /// Every kind, in the order of lists.
    pub const ALL: [StationKind; 6] =
        [Self::PartyCentre, Self::GachaRoom, Self::CommunityRoom, Self::ChildrensHome, Self::WomensHome, Self::Other];

    /// The word kept in the record.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::PartyCentre => "party_centre",
            Self::GachaRoom => "gacha_room",
            Self::CommunityRoom => "community_room",
            Self::ChildrensHome => "childrens_home",
            Self::WomensHome => "womens_home",
            Self::Other => "other",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What somebody typed about a station.
#[derive(Clone, Debug, Default)]
pub struct StationForm<'a> {
    /// Code of the kind.
    pub kind: &'a str,
    /// Name on the door.
    pub name: &'a str,
    /// Where it is found.
    pub address: &'a str,
    /// When it is open, in words.
    pub opening: &'a str,
    /// First day.
    pub from_on: &'a str,
    /// Last day; empty while it is open.
    pub to_on: &'a str,
}

/// A station as it may be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationDetails {
    /// What kind.
    pub kind: StationKind,
    /// Name on the door, 1 to 60 characters.
    pub name: String,
    /// Where it is found, up to 200 characters.
    pub address: Option<String>,
    /// When it is open, in words, up to 100 characters.
    pub opening: Option<String>,
    /// Which days it exists.
    pub days: Days,
}

impl StationDetails {
    /// Parses the form.
    ///
    /// # Errors
    /// `required.missing`, `text.too_long`, `date.unreadable`, `date.before_start`.
    pub fn parse(form: &StationForm<'_>) -> Result<StationDetails, Vec<FieldError>> {
        let mut faults = Faults::default();
        let kind = faults.take("kind", StationKind::parse(form.kind).ok_or("required.missing"));
        let name = faults.take("name", short_text(form.name, 60).and_then(|name| name.ok_or("required.missing")));
        let address = faults.take("address", short_text(form.address, 200)).flatten();
        let opening = faults.take("opening", short_text(form.opening, 100)).flatten();
        let days = Days::parse(form.from_on, form.to_on).map_err(|all| faults.extend(all)).ok();
        let all = kind.zip(name).zip(days);
        faults.finish(all.map(|((kind, name), days)| StationDetails { kind, name, address, opening, days }))
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_station_has_a_kind_a_name_and_a_first_day() {
        let faults = StationDetails::parse(&StationForm::default()).unwrap_err();
        let fields: Vec<&str> = faults.iter().map(|f| f.field.as_ref()).collect();
        assert_eq!(fields, ["kind", "name", "from_on"]);
    }

    #[test]
    fn what_is_left_empty_is_nothing() {
        let form = StationForm {
            kind: "gacha_room",
            name: " 示例嘎查活动室 ",
            from_on: "2020-01-01",
            ..StationForm::default()
        };
        let kept = StationDetails::parse(&form).unwrap();
        assert_eq!((kept.name.as_str(), kept.address, kept.opening), ("示例嘎查活动室", None, None));
    }

    #[test]
    fn every_kind_is_found_by_its_code() {
        for kind in StationKind::ALL {
            assert_eq!(StationKind::parse(kind.code()), Some(kind));
        }
    }

    #[test]
    fn each_text_of_a_station_has_its_length() {
        let (name, address, opening) = ("字".repeat(60), "字".repeat(200), "字".repeat(100));
        let sound = StationForm { kind: "gacha_room", from_on: "2020-01-01", ..StationForm::default() };
        let full = StationForm { name: &name, address: &address, opening: &opening, ..sound.clone() };
        assert!(StationDetails::parse(&full).is_ok());
        let (name, address, opening) = (format!("{name}字"), format!("{address}字"), format!("{opening}字"));
        let over = StationForm { name: &name, address: &address, opening: &opening, ..sound };
        let faults = StationDetails::parse(&over).unwrap_err();
        let told: Vec<(&str, &str)> = faults.iter().map(|f| (f.field.as_ref(), f.code)).collect();
        assert_eq!(told, ["name", "address", "opening"].map(|field| (field, "text.too_long")));
    }
}
