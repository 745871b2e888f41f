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
const COUNTRIES: [&str; 8] = ["DE", "PT", "KE", "JP", "CA", "US", "PE", "NO"];
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

/// A text of that format; none of formats that look real anyway or are not known.
pub(super) fn formatted(format: &str, dice: &mut Dice) -> Option<String> {
    Some(match format {
        "date-time" => date_time(dice),
        "date" => date(dice),
        "time" => date_time(dice)[11..].to_owned(),
        "email" | "idn-email" => email(dice),
        "hostname" | "idn-hostname" => format!("{}.example.com", dice.pick(&WORDS)),
        "ipv4" => format!("192.0.2.{}", dice.below(254) + 1),
        "ipv6" => format!("2001:db8::{:x}", dice.below(0xffff) + 1),
        "uri" | "iri" | "url" => format!("https://example.com/{}/{}", dice.pick(&WORDS), dice.below(1_000)),
        "uuid" => uuid(dice),
        "password" => format!("{}-{}-{}", dice.pick(&WORDS), dice.pick(&WORDS), dice.below(100)),
        _ => return None,
    })
}

/// A text as stands under that name; a few words where the name says nothing.
pub(super) fn named(name: &str, dice: &mut Dice) -> String {
    let name: String = name.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    match name.as_str() {
        "firstname" | "givenname" => dice.pick(&FIRST_NAMES).to_owned(),
        "lastname" | "familyname" | "surname" => dice.pick(&LAST_NAMES).to_owned(),
        "name" | "fullname" | "displayname" | "author" | "owner" => person(dice),
        "country" | "countrycode" | "nationality" => dice.pick(&COUNTRIES).to_owned(),
        "status" | "state" => ["active", "pending", "closed"][dice.below(3)].to_owned(),
        "zip" | "zipcode" | "postcode" | "postalcode" => format!("{:05}", dice.below(100_000)),
        "id" => id(dice),
        "ip" | "ipaddress" => format!("192.0.2.{}", dice.below(254) + 1),
        "title" | "subject" | "headline" => capital(&words(dice, 3)),
        "locale" | "language" | "lang" => dice.pick(&LANGUAGES).to_owned(),
        "gender" => ["female", "male", "diverse"][dice.below(3)].to_owned(),
        _ if ends(&["uuid", "guid"]) => uuid(dice),
        _ if ends(&["email", "emailaddress", "mail"]) => email(dice),
        _ if ends(&["phone", "phonenumber", "mobile", "fax"]) => format!("+1202555{:04}", dice.below(10_000)),
        _ if ends(&["city", "town"]) => dice.pick(&CITIES).to_owned(),
        _ if ends(&["street", "address", "address1", "line1"]) => {
            format!("{} {}", dice.below(200) + 1, dice.pick(&STREETS))
        }
        _ if ends(&["company", "companyname", "organization", "organisation"]) => dice.pick(&COMPANIES).to_owned(),
        _ if ends(&["url", "uri", "link", "website", "href"]) => {
            format!("https://example.com/{}/{}", dice.pick(&WORDS), dice.below(1_000))
        }
        _ if ends(&["username", "login", "nickname", "handle"]) => {
            format!("{}{}", dice.pick(&FIRST_NAMES).to_lowercase(), dice.below(100))
        }
        _ if ends(&["currency", "currencycode"]) => dice.pick(&CURRENCIES).to_owned(),
        _ if ends(&["color", "colour"]) => dice.pick(&COLOURS).to_owned(),
        _ if ends(&["createdat", "updatedat", "deletedat", "timestamp", "datetime"]) => date_time(dice),
        _ if ends(&["date", "birthday", "dob"]) => date(dice),
        _ if ends(&["id", "key", "token", "hash", "reference", "number"]) => id(dice),
        _ if ends(&["description", "text", "message", "comment", "summary", "note", "bio", "body"]) => {
            format!("{}.", capital(&words(dice, 7)))
        }
        _ => words(dice, 2),
    }
}

/// What numbers of that name usually lie between.
pub(super) fn range(name: &str) -> (f64, f64) {
    let name = name.to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    match () {
        () if ends(&["age"]) && name != "page" => (18.0, 90.0),
        () if ends(&["lat", "latitude"]) => (-60.0, 70.0),
        () if ends(&["lon", "lng", "longitude"]) => (-180.0, 180.0),
        () if ends(&["year"]) => (1990.0, 2030.0),
        () if ends(&["month"]) => (1.0, 12.0),
        () if ends(&["day"]) => (1.0, 28.0),
        () if ends(&["percent", "percentage", "score"]) => (0.0, 100.0),
        () if ends(&["id"]) => (1_000.0, 999_999.0),
        () if ends(&["count", "quantity", "page", "size", "total"]) => (1.0, 50.0),
        () => (1.0, 1_000.0),
    }
}

fn person(dice: &mut Dice) -> String {
    format!("{} {}", dice.pick(&FIRST_NAMES), dice.pick(&LAST_NAMES))
}

fn email(dice: &mut Dice) -> String {
    let (first, last) = (dice.pick(&FIRST_NAMES).to_lowercase(), dice.pick(&LAST_NAMES).to_lowercase());
    format!("{first}.{last}{}@example.com", dice.below(100))
}

fn date(dice: &mut Dice) -> String {
    format!("20{:02}-{:02}-{:02}", dice.below(6) + 20, dice.below(12) + 1, dice.below(28) + 1)
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
