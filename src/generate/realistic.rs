//! Realistic data: by the format of a string, else by the name of its property.

use super::rng::Rng;

const FIRST_NAMES: [&str; 12] =
    ["Ada", "Alan", "Grace", "Edsger", "Barbara", "Ken", "Radia", "Donald", "Frances", "Tim", "Hedy", "Linus"];
const LAST_NAMES: [&str; 12] = [
    "Lovelace", "Turing", "Hopper", "Dijkstra", "Liskov", "Thompson", "Perlman", "Knuth", "Allen", "Lee", "Lamarr",
    "Bell",
];
const CITIES: [&str; 10] =
    ["Berlin", "Lisbon", "Nairobi", "Osaka", "Toronto", "Austin", "Lima", "Oslo", "Pune", "Wellington"];
/// ISO 3166-1 alpha-2 and alpha-3.
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

/// Number of strings tried to find one that is short enough.
const MOST_TRIES: usize = 8;

/// A realistic string of that format and name; none for formats without realistic data.
pub(super) fn formatted(format: &str, name: &str, rng: &mut Rng) -> Option<String> {
    Some(match format {
        "date" if Name::new(name).ends(&BIRTHS) => birth(rng),
        "date-time" => date_time(rng),
        "date" => date(rng),
        "time" => date_time(rng)[11..].to_owned(),
        "email" | "idn-email" => email(rng),
        "hostname" | "idn-hostname" => format!("{}.example.com", rng.pick(&WORDS)),
        "ipv4" => format!("192.0.2.{}", rng.below(254) + 1),
        "ipv6" => format!("2001:db8::{:x}", rng.below(0xffff) + 1),
        "uri" | "iri" | "url" => url(rng),
        "uuid" => uuid(rng),
        "password" => format!("{}-{}-{}", rng.pick(&WORDS), rng.pick(&WORDS), rng.below(100)),
        _ => return None,
    })
}

/// A realistic string for that name, of the required length if possible; a few words if the name is not known.
pub(super) fn named(name: &str, (least, most): (usize, usize), rng: &mut Rng) -> String {
    let name = Name::new(name);
    if name.ends(&["country", "country_code", "nationality"]) {
        // Country codes have either length.
        let (two, three) = COUNTRIES[rng.below(COUNTRIES.len())];
        return if least == 3 { three } else { two }.to_owned();
    }
    let mut made = || {
        let known = contact(&name, rng).or_else(|| money(&name, rng)).or_else(|| technical(&name, rng));
        known.unwrap_or_else(|| words(rng, 2))
    };
    let mut text = made();
    // The first that is short enough.
    for _ in 0..MOST_TRIES {
        if text.chars().count() <= most {
            break;
        }
        text = made();
    }
    let is_id = !text.chars().any(|character| character.is_lowercase() || character == ' ');
    while text.chars().count() < least {
        text = if is_id { text + &id(rng) } else { format!("{text} {}", rng.pick(&WORDS)) };
    }
    let text: String = text.chars().take(most).collect();
    // Strings do not end with a space.
    if text.ends_with(' ') { text.trim_end().to_owned() + "s" } else { text }
}

/// Data about people and places.
fn contact(name: &Name, rng: &mut Rng) -> Option<String> {
    let ends = |ends: &[&str]| name.ends(ends);
    Some(if ends(&["first_name", "given_name", "middle_name"]) {
        rng.pick(&FIRST_NAMES).to_owned()
    } else if ends(&["last_name", "family_name", "surname"]) {
        rng.pick(&LAST_NAMES).to_owned()
    } else if ends(&["username", "user_name", "login", "nickname", "handle"]) {
        format!("{}{}", rng.pick(&FIRST_NAMES).to_lowercase(), rng.below(100))
    } else if ends(&["company", "company_name", "organization", "organisation", "merchant", "employer"]) {
        rng.pick(&COMPANIES).to_owned()
    } else if name.is(&["name", "full_name", "display_name", "author", "owner", "customer_name", "recipient"]) {
        person(rng)
    } else if ends(&["email", "email_address", "mail"]) {
        email(rng)
    } else if ends(&["phone", "phone_number", "mobile", "fax", "telephone"]) {
        format!("+1202555{:04}", rng.below(10_000))
    } else if ends(&["city", "town"]) {
        rng.pick(&CITIES).to_owned()
    } else if ends(&["street", "address", "address1", "line1", "address_line_1", "street_line1"]) {
        format!("{} {}", rng.below(200) + 1, rng.pick(&STREETS))
    } else if ends(&["address2", "line2", "address_line_2", "street_line2"]) {
        format!("Apt {}", rng.below(40) + 1)
    } else if name.is(&["region", "province", "state_code"]) {
        rng.pick(&REGIONS).to_owned()
    } else if ends(&["zip", "zipcode", "zip_code", "postcode", "postal_code"]) {
        format!("{:05}", rng.below(100_000))
    } else if ends(&BIRTHS) {
        birth(rng)
    } else if name.is(&["gender", "sex"]) {
        ["female", "male", "diverse"][rng.below(3)].to_owned()
    } else if ends(&["locale", "language", "lang"]) {
        rng.pick(&LANGUAGES).to_owned()
    } else if ends(&["timezone", "time_zone", "tz"]) {
        rng.pick(&ZONES).to_owned()
    } else {
        return None;
    })
}

/// Data about money and status.
fn money(name: &Name, rng: &mut Rng) -> Option<String> {
    let ends = |ends: &[&str]| name.ends(ends);
    Some(if ends(&["currency", "currency_code"]) {
        rng.pick(&CURRENCIES).to_owned()
    } else if ends(&["amount", "price", "balance", "total", "fee", "cost"]) {
        format!("{}.{:02}", rng.below(1_000), rng.below(100))
    } else if ends(&["last4", "last_4", "last_four", "ssn4", "ssn_last4"]) {
        format!("{:04}", rng.below(10_000))
    } else if ends(&["ssn"]) {
        format!("900-{:02}-{:04}", rng.below(99) + 1, rng.below(9_999) + 1)
    } else if ends(&["account_number", "routing_number"]) {
        format!("{:09}", rng.below(1_000_000_000))
    } else if name.is(&["status", "state"]) {
        ["active", "pending", "closed"][rng.below(3)].to_owned()
    } else if ends(&["color", "colour"]) {
        rng.pick(&COLOURS).to_owned()
    } else if ends(&["title", "subject", "headline"]) {
        capital(&words(rng, 3))
    } else if ends(&["description", "text", "message", "comment", "summary", "note", "notes", "bio", "body", "reason"])
    {
        format!("{}.", capital(&words(rng, 7)))
    } else {
        return None;
    })
}

/// Technical data.
fn technical(name: &Name, rng: &mut Rng) -> Option<String> {
    let ends = |ends: &[&str]| name.ends(ends);
    Some(if ends(&["uuid", "guid"]) {
        uuid(rng)
    } else if name.is(&["ip"]) || ends(&["ip_address", "ipv4", "remote_ip"]) {
        format!("192.0.2.{}", rng.below(254) + 1)
    } else if ends(&["ipv6"]) {
        format!("2001:db8::{:x}", rng.below(0xffff) + 1)
    } else if ends(&["host", "hostname", "domain"]) {
        format!("{}.example.com", rng.pick(&WORDS))
    } else if ends(&["url", "uri", "link", "website", "href"]) {
        url(rng)
    } else if ends(&["filename", "file_name"]) {
        format!("{}.pdf", rng.pick(&WORDS))
    } else if ends(&["slug"]) {
        format!("{}-{}", rng.pick(&WORDS), rng.pick(&WORDS))
    } else if ends(&["version"]) {
        format!("{}.{}.{}", rng.below(5) + 1, rng.below(10), rng.below(10))
    } else if ends(&["_at", "timestamp", "datetime", "date_time"]) || name.is(&["created", "updated", "modified"]) {
        date_time(rng)
    } else if ends(&["date", "day"]) {
        date(rng)
    } else if ends(&["time"]) {
        date_time(rng)
    } else if ends(&["id", "key", "token", "hash", "reference", "number", "code", "sku", "cursor"]) {
        id(rng)
    } else {
        return None;
    })
}

/// Usual range of numbers with that name.
pub(super) fn range(name: &str) -> (i32, i32) {
    let name = Name::new(name);
    let ends = |ends: &[&str]| name.ends(ends);
    if ends(&["age"]) {
        (18, 90)
    } else if ends(&["lat", "latitude"]) {
        (-60, 70)
    } else if ends(&["lon", "lng", "longitude"]) {
        (-180, 180)
    } else if ends(&["year"]) {
        (1990, 2030)
    } else if ends(&["month"]) {
        (1, 12)
    } else if ends(&["day"]) {
        (1, 28)
    } else if ends(&["percent", "percentage", "score"]) {
        (0, 100)
    } else if ends(&["id"]) {
        (1_000, 999_999)
    } else if ends(&["timestamp", "_at"]) || name.is(&["created", "updated", "modified"]) {
        (1_577_836_800, 1_767_225_600)
    } else if ends(&["count", "quantity", "page", "size", "total"]) {
        (1, 50)
    } else {
        (1, 1_000)
    }
}

/// The name of a property in snake case.
struct Name(String);

impl Name {
    fn new(name: &str) -> Self {
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

fn person(rng: &mut Rng) -> String {
    format!("{} {}", rng.pick(&FIRST_NAMES), rng.pick(&LAST_NAMES))
}

fn email(rng: &mut Rng) -> String {
    let (first, last) = (rng.pick(&FIRST_NAMES).to_lowercase(), rng.pick(&LAST_NAMES).to_lowercase());
    format!("{first}.{last}{}@example.com", rng.below(100))
}

fn url(rng: &mut Rng) -> String {
    format!("https://example.com/{}/{}", rng.pick(&WORDS), rng.below(1_000))
}

fn date(rng: &mut Rng) -> String {
    format!("20{:02}-{:02}-{:02}", rng.below(6) + 20, rng.below(12) + 1, rng.below(28) + 1)
}

/// A date of birth.
fn birth(rng: &mut Rng) -> String {
    format!("19{}{}", rng.below(50) + 50, &date(rng)[4..])
}

fn date_time(rng: &mut Rng) -> String {
    format!("{}T{:02}:{:02}:{:02}Z", date(rng), rng.below(24), rng.below(60), rng.below(60))
}

/// A random UUID (RFC 9562 §5.4).
fn uuid(rng: &mut Rng) -> String {
    let (high, low) = (rng.next(), rng.next());
    let node = low & 0xffff_ffff_ffff;
    let variant = (low >> 48) & 0x3fff | 0x8000;
    format!("{:08x}-{:04x}-4{:03x}-{variant:04x}-{node:012x}", high >> 32, (high >> 16) & 0xffff, high & 0xfff)
}

fn id(rng: &mut Rng) -> String {
    const DIGITS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    (0..10).map(|_| char::from(DIGITS[rng.below(DIGITS.len())])).collect()
}

fn words(rng: &mut Rng, count: usize) -> String {
    (0..count).map(|_| rng.pick(&WORDS)).collect::<Vec<_>>().join(" ")
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
        (0..40).map(|nth| named(name, length, &mut Rng::new(3, &Pointer::root(), nth))).collect()
    }

    #[test]
    fn names_are_known_by_their_words() {
        let known = |name: &str| Name::new(name).ends(&["id", "last4", "phone_number"]);
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
