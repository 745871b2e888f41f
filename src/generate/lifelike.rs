//! Data that looks real: by the format of a text, else by the name of the member that holds it.

use super::dice::Dice;

const FIRST_NAMES: [&str; 12] =
    ["Ada", "Alan", "Grace", "Edsger", "Barbara", "Ken", "Radia", "Donald", "Frances", "Tim", "Hedy", "Linus"];
const LAST_NAMES: [&str; 12] = [
    "Lovelace", "Turing", "Hopper", "Dijkstra", "Liskov", "Thompson", "Perlman", "Knuth", "Allen", "Lee", "Lamarr",
    "Bell",
];
const CITIES: [&str; 10] =
    ["Berlin", "Lisbon", "Nairobi", "Osaka", "Toronto", "Austin", "Lima", "Oslo", "Pune", "Wellington"];
/// ISO 3166-1, of two letters and of three.
const COUNTRIES: [(&str, &str); 8] = [
    ("DE", "DEU"),
    ("PT", "PRT"),
    ("KE", "KEN"),
    ("JP", "JPN"),
    ("CA", "CAN"),
    ("US", "USA"),
    ("PE", "PER"),
    ("NO", "NOR"),
];
const BIRTHS: [&str; 4] = ["date_of_birth", "birth_date", "birthday", "dob"];
const REGIONS: [&str; 6] = ["CA", "NY", "TX", "WA", "CO", "OR"];
const ZONES: [&str; 5] = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Africa/Nairobi", "Europe/Lisbon"];
const STREETS: [&str; 8] = [
    "Main Street",
    "Mill Lane",
    "Station Road",
    "Park Avenue",
    "Oak Street",
    "High Street",
    "Lake Drive",
    "Church Road",
];
const COMPANIES: [&str; 8] =
    ["Northwind", "Bluebird Labs", "Acorn & Sons", "Meridian", "Quarry Works", "Lumen", "Harbour Goods", "Fieldstone"];
const WORDS: [&str; 16] = [
    "amber", "river", "cedar", "signal", "harbour", "meadow", "copper", "lantern", "orbit", "willow", "granite",
    "summit", "velvet", "canyon", "maple", "ember",
];
const CURRENCIES: [&str; 5] = ["USD", "EUR", "GBP", "JPY", "CAD"];
const COLOURS: [&str; 6] = ["red", "green", "blue", "orange", "teal", "purple"];
const LANGUAGES: [&str; 5] = ["en", "de", "pt", "ja", "fr"];

/// Texts that are tried for one that is short enough.
const MOST_TRIES: usize = 8;

/// A text of that format under that name; none of formats that have no look of their own or are not known.
pub(super) fn formatted(format: &str, name: &str, dice: &mut Dice) -> Option<String> {
    Some(match format {
        "date" if Name::of(name).ends(&BIRTHS) => birth(dice),
        "date-time" => date_time(dice),
        "date" => date(dice),
        "time" => date_time(dice)[11..].to_owned(),
        "email" | "idn-email" => email(dice),
        "hostname" | "idn-hostname" => format!("{}.example.com", dice.pick(&WORDS)),
        "ipv4" => format!("192.0.2.{}", dice.below(254) + 1),
        "ipv6" => format!("2001:db8::{:x}", dice.below(0xffff) + 1),
        "uri" | "iri" | "url" => url(dice),
        "uuid" => uuid(dice),
        "password" => format!("{}-{}-{}", dice.pick(&WORDS), dice.pick(&WORDS), dice.below(100)),
        _ => return None,
    })
}

/// A text as stands under that name, of a length that is asked for where that can be had; a few words where the name says nothing.
pub(super) fn named(name: &str, (least, most): (usize, usize), dice: &mut Dice) -> String {
    let name = Name::of(name);
    if name.ends(&["country", "country_code", "nationality"]) {
        // Of the codes for countries the one that has so many characters.
        let (two, three) = COUNTRIES[dice.below(COUNTRIES.len())];
        return if least == 3 { three } else { two }.to_owned();
    }
    let mut made = || {
        let known = contact(&name, dice).or_else(|| money(&name, dice)).or_else(|| technical(&name, dice));
        known.unwrap_or_else(|| words(dice, 2))
    };
    let mut text = made();
    // Of several the first that is short enough.
    for _ in 0..MOST_TRIES {
        if text.chars().count() <= most {
            break;
        }
        text = made();
    }
    let is_id = !text.chars().any(|character| character.is_lowercase() || character == ' ');
    while text.chars().count() < least {
        text = if is_id { text + &id(dice) } else { format!("{text} {}", dice.pick(&WORDS)) };
    }
    let text: String = text.chars().take(most).collect();
    // No text ends with a space.
    if text.ends_with(' ') { text.trim_end().to_owned() + "s" } else { text }
}

/// What is said of people and places.
fn contact(name: &Name, dice: &mut Dice) -> Option<String> {
    let ends = |ends: &[&str]| name.ends(ends);
    Some(match () {
        () if ends(&["first_name", "given_name", "middle_name"]) => dice.pick(&FIRST_NAMES).to_owned(),
        () if ends(&["last_name", "family_name", "surname"]) => dice.pick(&LAST_NAMES).to_owned(),
        () if ends(&["username", "user_name", "login", "nickname", "handle"]) => {
            format!("{}{}", dice.pick(&FIRST_NAMES).to_lowercase(), dice.below(100))
        }
        () if ends(&["company", "company_name", "organization", "organisation", "merchant", "employer"]) => {
            dice.pick(&COMPANIES).to_owned()
        }
        () if name.is(&["name", "full_name", "display_name", "author", "owner", "customer_name", "recipient"]) => {
            person(dice)
        }
        () if ends(&["email", "email_address", "mail"]) => email(dice),
        () if ends(&["phone", "phone_number", "mobile", "fax", "telephone"]) => {
            format!("+1202555{:04}", dice.below(10_000))
        }
        () if ends(&["city", "town"]) => dice.pick(&CITIES).to_owned(),
        () if ends(&["street", "address", "address1", "line1", "address_line_1", "street_line1"]) => {
            format!("{} {}", dice.below(200) + 1, dice.pick(&STREETS))
        }
        () if ends(&["address2", "line2", "address_line_2", "street_line2"]) => format!("Apt {}", dice.below(40) + 1),
        () if name.is(&["region", "province", "state_code"]) => dice.pick(&REGIONS).to_owned(),
        () if ends(&["zip", "zipcode", "zip_code", "postcode", "postal_code"]) => format!("{:05}", dice.below(100_000)),
        () if ends(&BIRTHS) => birth(dice),
        () if name.is(&["gender", "sex"]) => ["female", "male", "diverse"][dice.below(3)].to_owned(),
        () if ends(&["locale", "language", "lang"]) => dice.pick(&LANGUAGES).to_owned(),
        () if ends(&["timezone", "time_zone", "tz"]) => dice.pick(&ZONES).to_owned(),
        () => return None,
    })
}

/// What is said of money and of the state that things are in.
fn money(name: &Name, dice: &mut Dice) -> Option<String> {
    let ends = |ends: &[&str]| name.ends(ends);
    Some(match () {
        () if ends(&["currency", "currency_code"]) => dice.pick(&CURRENCIES).to_owned(),
        () if ends(&["amount", "price", "balance", "total", "fee", "cost"]) => {
            format!("{}.{:02}", dice.below(1_000), dice.below(100))
        }
        () if ends(&["last4", "last_4", "last_four", "ssn4", "ssn_last4"]) => format!("{:04}", dice.below(10_000)),
        () if ends(&["ssn"]) => format!("900-{:02}-{:04}", dice.below(99) + 1, dice.below(9_999) + 1),
        () if ends(&["account_number", "routing_number"]) => format!("{:09}", dice.below(1_000_000_000)),
        () if name.is(&["status", "state"]) => ["active", "pending", "closed"][dice.below(3)].to_owned(),
        () if ends(&["color", "colour"]) => dice.pick(&COLOURS).to_owned(),
        () if ends(&["title", "subject", "headline"]) => capital(&words(dice, 3)),
        () if ends(&[
            "description",
            "text",
            "message",
            "comment",
            "summary",
            "note",
            "notes",
            "bio",
            "body",
            "reason",
        ]) =>
        {
            format!("{}.", capital(&words(dice, 7)))
        }
        () => return None,
    })
}

/// What programs say to one another.
fn technical(name: &Name, dice: &mut Dice) -> Option<String> {
    let ends = |ends: &[&str]| name.ends(ends);
    Some(match () {
        () if ends(&["uuid", "guid"]) => uuid(dice),
        () if name.is(&["ip"]) || ends(&["ip_address", "ipv4", "remote_ip"]) => {
            format!("192.0.2.{}", dice.below(254) + 1)
        }
        () if ends(&["ipv6"]) => format!("2001:db8::{:x}", dice.below(0xffff) + 1),
        () if ends(&["host", "hostname", "domain"]) => format!("{}.example.com", dice.pick(&WORDS)),
        () if ends(&["url", "uri", "link", "website", "href"]) => url(dice),
        () if ends(&["filename", "file_name"]) => format!("{}.pdf", dice.pick(&WORDS)),
        () if ends(&["slug"]) => format!("{}-{}", dice.pick(&WORDS), dice.pick(&WORDS)),
        () if ends(&["version"]) => format!("{}.{}.{}", dice.below(5) + 1, dice.below(10), dice.below(10)),
        () if ends(&["_at", "timestamp", "datetime", "date_time"]) || name.is(&["created", "updated", "modified"]) => {
            date_time(dice)
        }
        () if ends(&["date", "day"]) => date(dice),
        () if ends(&["time"]) => date_time(dice),
        () if ends(&["id", "key", "token", "hash", "reference", "number", "code", "sku", "cursor"]) => id(dice),
        () => return None,
    })
}

/// What numbers of that name usually lie between.
pub(super) fn range(name: &str) -> (i32, i32) {
    let name = Name::of(name);
    let ends = |ends: &[&str]| name.ends(ends);
    match () {
        () if ends(&["age"]) => (18, 90),
        () if ends(&["lat", "latitude"]) => (-60, 70),
        () if ends(&["lon", "lng", "longitude"]) => (-180, 180),
        () if ends(&["year"]) => (1990, 2030),
        () if ends(&["month"]) => (1, 12),
        () if ends(&["day"]) => (1, 28),
        () if ends(&["percent", "percentage", "score"]) => (0, 100),
        () if ends(&["id"]) => (1_000, 999_999),
        () if ends(&["timestamp", "_at"]) || name.is(&["created", "updated", "modified"]) => {
            (1_577_836_800, 1_767_225_600)
        }
        () if ends(&["count", "quantity", "page", "size", "total"]) => (1, 50),
        () => (1, 1_000),
    }
}

/// The name of a member, in lower case, an underscore between its words.
struct Name(String);

impl Name {
    fn of(name: &str) -> Self {
        let mut snake = String::new();
        let mut is_inside = false;
        for character in name.chars() {
            if (character.is_ascii_uppercase() && is_inside) || !character.is_ascii_alphanumeric() {
                snake.push('_');
            }
            snake.extend(Some(character.to_ascii_lowercase()).filter(char::is_ascii_alphanumeric));
            is_inside = character.is_ascii_lowercase() || character.is_ascii_digit();
        }
        Self(snake)
    }

    /// Whether it is one of `names`, with or without the underscores.
    fn is(&self, names: &[&str]) -> bool {
        let bare = |name: &str| name.replace('_', "");
        names.iter().any(|name| bare(&self.0) == bare(name))
    }

    /// Whether its last words are one of `ends`.
    fn ends(&self, ends: &[&str]) -> bool {
        let has =
            |end: &&str| self.0.strip_suffix(*end).is_some_and(|rest| rest.ends_with('_') || end.starts_with('_'));
        self.is(ends) || ends.iter().any(has)
    }
}

fn person(dice: &mut Dice) -> String {
    format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES))
}

fn email(dice: &mut Dice) -> String {
    let (first, last) = (dice.pick(&FIRST_NAMES).to_lowercase(), dice.pick(&LAST_NAMES).to_lowercase());
    format!("{first}.{last}{}@example.com", dice.below(100))
}

fn url(dice: &mut Dice) -> String {
    format!("https://example.com/{}/{}", dice.pick(&WORDS), dice.below(1_000))
}

fn date(dice: &mut Dice) -> String {
    format!("20{:02}-{:02}-{:02}", dice.below(6) + 20, dice.below(12) + 1, dice.below(28) + 1)
}

/// The day on which somebody was born.
fn birth(dice: &mut Dice) -> String {
    format!("19{}{}", dice.below(50) + 50, &date(dice)[4..])
}

fn date_time(dice: &mut Dice) -> String {
    format!("{}T{:02}:{:02}:{:02}Z", date(dice), dice.below(24), dice.below(60), dice.below(60))
}

/// A random UUID (RFC 9562 §5.4).
fn uuid(dice: &mut Dice) -> String {
    let (high, low) = (dice.roll(), dice.roll());
    let node = low & 0xffff_ffff_ffff;
    let variant = (low >> 48) & 0x3fff | 0x8000;
    format!("{:08x}-{:04x}-4{:03x}-{variant:04x}-{node:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff)
}

fn id(dice: &mut Dice) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..10).map(|_| char::from(DIGITS[dice.below(DIGITS.len())])).collect()
}

fn words(dice: &mut Dice, count: usize) -> String {
    (0..count).map(|_| dice.pick(&WORDS)).collect::<Vec<_>>().join(" ")
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(characters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pointer::Pointer;

    fn many(name: &str, length: (usize, usize)) -> Vec<String> {
        (0..40).map(|nth| named(name, length, &mut Dice::of(3, &Pointer::root(), nth))).collect()
    }

    #[test]
    fn names_are_known_by_their_words() {
        let known = |name: &str| Name::of(name).ends(&["id", "last4", "phone_number"]);
        assert!(
            ["id", "partnerCustomerId", "CUSTOMER_ID", "x-id", "card_last4", "phoneNumber"]
                .map(known)
                .iter()
                .all(|it| *it)
        );
        assert!(!["paid", "idea", "phone"].map(known).iter().any(|it| *it));
        assert_eq!((range("page"), range("percentage"), range("image")), ((1, 50), (0, 100), (1, 1_000)));
    }

    #[test]
    fn texts_have_the_length_that_is_asked_for() {
        for (name, length) in [("token", (20, 24)), ("last_name", (0, 5)), ("note", (80, 90)), ("anything", (3, 3))] {
            let has_length = |text: &String| (length.0..=length.1).contains(&text.chars().count());
            assert!(many(name, length).iter().all(has_length), "{name}");
        }
        assert!(many("token", (20, 24)).iter().all(|token| !token.contains(' ')));
        assert!(many("country", (3, 3)).iter().all(|code| COUNTRIES.iter().any(|(_, three)| code == three)));
        assert!(many("dateOfBirth", (0, 99)).iter().all(|day| day.starts_with("19")));
    }
}
