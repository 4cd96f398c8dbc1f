// SPDX-License-Identifier: GPL-2.0-only
// Single words of a scenario's text, read and printed; see words.hpp.
#include "scenario/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <numeric>
#include <vector>

namespace scenario {
namespace {

using kernel::Name;
using kernel::Role;

constexpr std::array<bool, words_count> numbered = {{
#define X(id, text, separator, numbered) numbered,
    KERNEL_WORDS(X)
#undef X
}};

constexpr bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
constexpr bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// [a-z][a-z0-9_-]*
bool is_id(std::string_view text)
{
    const auto allowed = [](char c) { return is_lower(c) || is_digit(c) || c == '_' || c == '-'; };
    return !text.empty() && is_lower(text[0]) && std::all_of(text.begin(), text.end(), allowed);
}

// Words of messages are cut here: longer ones are not misspelt, they are something else.
constexpr std::size_t quoted_bytes_max = 60;

// Number of insertions, deletions and replacements that make one word of the other.
std::size_t edit_distance(std::string_view from, std::string_view to)
{
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i + 1;
        for (std::size_t j = 0; j < to.size(); ++j) {
            const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
        }
    }
    return row.back();
}

std::optional<std::uint64_t> read_hexadecimal(std::string_view text)
{
    std::uint64_t value = 0;
    if (!text.starts_with("0x"))
        return std::nullopt;
    text.remove_prefix(2);
    if (text.empty() || text.size() > 16)
        return std::nullopt;
    const char *end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
    if (error != std::errc{} || stop != end)
        return std::nullopt;
    return value;
}

// The words of an enumeration that counts itself, in its order.
template <typename Enum> std::vector<std::string_view> all_words(std::string_view (*text)(Enum))
{
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < static_cast<std::size_t>(Enum::count_); ++i)
        words.push_back(text(static_cast<Enum>(i)));
    return words;
}

std::string unknown_object(std::string_view text)
{
    const auto words = all_words<Word>(kernel::word_text);
    // What a person misspells is the word; its number would only blur the comparison.
    const auto stem = text.substr(0, text.find_last_not_of("0123456789.") + 1);
    const auto known = std::find(words.begin(), words.end(), stem);
    if (known == words.end())
        return unknown_word("object", stem.empty() ? text : stem, words);
    const Word word = static_cast<Word>(known - words.begin());
    if (!is_numbered(word))
        return fmt::format("object {} has a number, '{}' carries none", in_quotes(text), stem);
    return fmt::format("object {} has a malformed number (expected something like '{}')",
                       in_quotes(text), kernel::to_string(kernel::name_of(word, 0)));
}

// "hmem.N, daxN.M, slow-probe": how the devices that are probed are written.
std::string probed_devices()
{
    std::string text;
    for (const Word word : probe_words) {
        std::string device =
            kernel::to_string(is_numbered(word) ? kernel::name_of(word, 0) : kernel::name_of(word));
        for (const char letter : {'N', 'M'})
            if (const auto digit = device.find('0'); digit != device.npos)
                device[digit] = letter;
        text += (text.empty() ? "" : ", ") + device;
    }
    return text;
}

std::optional<Role> read_probe(std::string_view text, std::string &why)
{
    const auto device = read_object(text, why);
    if (!device)
        return std::nullopt;
    const bool probed =
        std::find(probe_words.begin(), probe_words.end(), device->word) != probe_words.end();
    if (probed && is_numbered(device->word) == (device->number >= 0))
        return kernel::role_of(Word::probe, *device);
    why = fmt::format("{} is no device that is probed (expected one of {})", in_quotes(text),
                      probed_devices());
    return std::nullopt;
}

} // namespace

bool is_numbered(Word word) { return numbered[static_cast<std::size_t>(word)]; }

std::string in_quotes(std::string_view text)
{
    std::string result = "'";
    for (const char c : text.substr(0, quoted_bytes_max)) {
        if (c >= ' ' && c <= '~')
            result += c;
        else
            result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
    return result + (text.size() > quoted_bytes_max ? "...'" : "'");
}

std::string listed(std::span<const std::string_view> allowed)
{
    return fmt::format("{}", fmt::join(allowed, ", "));
}

std::string unknown_word(std::string_view what, std::string_view word,
                         std::span<const std::string_view> allowed)
{
    std::string message = fmt::format("unknown {} {}", what, in_quotes(word));
    const std::string_view shortened = word.substr(0, quoted_bytes_max);
    const auto nearest = std::min_element(allowed.begin(), allowed.end(), [&](auto a, auto b) {
        return edit_distance(shortened, a) < edit_distance(shortened, b);
    });
    // A third of the word wrong is a slip; more is another word.
    if (nearest != allowed.end() && edit_distance(shortened, *nearest) <= (nearest->size() + 2) / 3)
        message += fmt::format(", did you mean '{}'?", *nearest);
    return message + fmt::format(" (allowed: {})", listed(allowed));
}

std::optional<std::size_t> read_word(std::string_view what, std::string_view word,
                                     std::span<const std::string_view> allowed, std::string &why)
{
    const auto found = std::find(allowed.begin(), allowed.end(), word);
    if (found != allowed.end())
        return static_cast<std::size_t>(found - allowed.begin());
    why = unknown_word(what, word, allowed);
    return std::nullopt;
}

std::optional<unsigned> read_number(std::string_view what, std::string_view digits,
                                    unsigned smallest, unsigned largest, std::string &why)
{
    unsigned value = 0;
    const char *end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    const bool canonical =
        !digits.empty() && is_digit(digits[0]) && (digits.size() == 1 || digits[0] != '0');
    if (canonical && error == std::errc{} && stop == end && value >= smallest && value <= largest)
        return value;
    why = fmt::format("{} {} is not a number from {} to {}", what, in_quotes(digits), smallest,
                      largest);
    return std::nullopt;
}

std::optional<Range> read_range(std::string_view text, std::string &why)
{
    const auto dash = text.find('-');
    const auto start = read_hexadecimal(text.substr(0, dash));
    const auto end = dash == text.npos ? std::nullopt : read_hexadecimal(text.substr(dash + 1));
    if (!start || !end) {
        why = fmt::format("range {} is not of the form '0xSTART-0xEND' (hexadecimal, both ends "
                          "inclusive, at most 16 digits each)",
                          in_quotes(text));
        return std::nullopt;
    }
    if (*start > *end) {
        why = fmt::format("range {} starts after its end", in_quotes(text));
        return std::nullopt;
    }
    return Range{*start, *end};
}

std::string range_text(Range range) { return fmt::format("{:#x}-{:#x}", range.start, range.end); }

std::optional<Name> read_object(std::string_view text, std::string &why)
{
    for (std::size_t i = 0; i < words_count; ++i)
        if (text == kernel::word_text(static_cast<Word>(i)))
            return kernel::name_of(static_cast<Word>(i));
    const auto name = kernel::parse_name(text);
    if (name && kernel::to_string(*name) == text)
        return name;
    why = unknown_object(text);
    return std::nullopt;
}

std::optional<std::int16_t> read_numbered(Word word, std::string_view text, std::size_t limit,
                                          std::string &why)
{
    const std::string_view stem = kernel::word_text(word);
    std::string unused;
    if (text.starts_with(stem))
        if (const auto number = read_number(stem, text.substr(stem.size()), 0,
                                            static_cast<unsigned>(limit) - 1, unused))
            return static_cast<std::int16_t>(*number);
    why = fmt::format("name {} is not one of {}0 to {}{}", in_quotes(text), stem, stem, limit - 1);
    return std::nullopt;
}

std::optional<Name> read_module(std::string_view text, std::string &why)
{
    const auto index = read_word("module", text, texts_of(modules), why);
    return index ? std::optional(kernel::name_of(modules[*index])) : std::nullopt;
}

std::optional<Role> read_role(std::string_view text, Actors actors, std::string &why)
{
    const auto colon = text.find(':');
    const std::string_view kind = text.substr(0, colon);
    if (colon != text.npos && kind == kernel::word_text(Word::probe))
        return read_probe(text.substr(colon + 1), why);
    if (colon != text.npos && kind == kernel::word_text(Word::modprobe)) {
        const auto module = read_module(text.substr(colon + 1), why);
        return module ? std::optional(kernel::role_of(Word::modprobe, *module)) : std::nullopt;
    }
    std::vector<std::string_view> allowed;
    for (std::size_t i = 0; i < actors.size(); ++i) {
        if (text == actors[i].name)
            return kernel::actor_role(static_cast<int>(i));
        allowed.push_back(actors[i].name);
    }
    for (const Word word : role_kinds) {
        if (word == Word::actor || word == Word::probe || word == Word::modprobe)
            continue;
        if (text == kernel::word_text(word))
            return kernel::role_of(word);
        allowed.push_back(kernel::word_text(word));
    }
    allowed.insert(allowed.end(), {"probe:DEVICE", "modprobe:MODULE"});
    why = unknown_word("role", text, allowed);
    return std::nullopt;
}

std::string role_text(Role role, Actors actors)
{
    if (role.kind == Word::actor) {
        const auto index = static_cast<std::size_t>(role.object.number);
        return index < actors.size() ? actors[index].name : kernel::to_string(role.object);
    }
    std::string text(kernel::word_text(role.kind));
    if (role.kind == Word::probe || role.kind == Word::modprobe)
        text += ':' + kernel::to_string(role.object);
    return text;
}

std::optional<kernel::Point> read_point(std::string_view text, std::string &why)
{
    const auto index = read_word("point", text, all_words<kernel::Point>(kernel::point_text), why);
    return index ? std::optional(static_cast<kernel::Point>(*index)) : std::nullopt;
}

std::optional<kernel::Site> read_site(std::string_view text, std::string &why)
{
    const auto index = read_word("site", text, all_words<kernel::Site>(kernel::site_text), why);
    return index ? std::optional(static_cast<kernel::Site>(*index)) : std::nullopt;
}

std::optional<std::string> read_actor_name(std::string_view text, std::string &why)
{
    if (!is_id(text) || text.size() > actor_name_bytes_max) {
        why = fmt::format("actor name {} is not of the form [a-z][a-z0-9_-]* with at most {} "
                          "characters",
                          in_quotes(text), actor_name_bytes_max);
        return std::nullopt;
    }
    // `actor` is a kind of role but no role's text; `point` would start an indexed switch.
    const bool role = std::any_of(role_kinds.begin(), role_kinds.end(), [&](Word word) {
        return word != Word::actor && text == kernel::word_text(word);
    });
    if (role || text == "point") {
        why = fmt::format("actor name {} already means something else", in_quotes(text));
        return std::nullopt;
    }
    return std::string(text);
}

std::optional<std::string> read_revision(std::string_view text, std::string &why)
{
    if (is_id(text) && text.size() <= revision_bytes_max)
        return std::string(text);
    why = fmt::format("revision {} is not of the form [a-z][a-z0-9_-]* with at most {} characters",
                      in_quotes(text), revision_bytes_max);
    return std::nullopt;
}

std::optional<std::string> read_identity(std::string_view text, std::string &why)
{
    const auto colon = text.find(':');
    const auto cause = colon == text.npos ? "" : text.substr(colon + 1);
    const auto printable = [](char c) { return c > ' ' && c <= '~'; };
    if (text == not_fired || text == not_applicable)
        return std::string(text);
    if (is_id(text.substr(0, colon)) && !cause.empty() && text.size() <= identity_bytes_max &&
        std::all_of(cause.begin(), cause.end(), printable))
        return std::string(text);
    why =
        fmt::format("violation {} is not of the form 'property:cause' with at most {} characters, "
                    "nor '{}' or '{}'",
                    in_quotes(text), identity_bytes_max, not_fired, not_applicable);
    return std::nullopt;
}

namespace {

// The digits at the start of `text`, cut off; false if there are none.
bool skip_digits(std::string_view &text)
{
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    text.remove_prefix(digits);
    return digits > 0;
}

// A posted layout: "T-S1", "T-T0a", "T-T2.1".
bool is_posted_layout(std::string_view entry)
{
    if (!entry.starts_with("T-") || entry.size() < 3 || !is_upper(entry[2]))
        return false;
    entry.remove_prefix(3);
    if (!skip_digits(entry))
        return false;
    if (entry.starts_with('.')) {
        entry.remove_prefix(1);
        if (!skip_digits(entry))
            return false;
    }
    return entry.empty() || (entry.size() == 1 && entry[0] >= 'a' && entry[0] <= 'd');
}

} // namespace

bool is_catalogued(std::string_view entry)
{
    if (is_posted_layout(entry))
        return true;
    const auto dash = entry.find('-');
    const auto upper = [](char c) { return is_upper(c) || is_digit(c); };
    std::string_view number = dash == entry.npos ? "" : entry.substr(dash + 1);
    if (!number.empty() && number.back() >= 'a' && number.back() <= 'c')
        number.remove_suffix(1);
    const std::string_view series = entry.substr(0, dash);
    return !series.empty() && std::all_of(series.begin(), series.end(), upper) &&
           skip_digits(number) && number.empty();
}

std::optional<std::string> read_entry(std::string_view text, std::string &why)
{
    if (text.size() <= entry_bytes_max && (is_id(text) || is_catalogued(text)))
        return std::string(text);
    why =
        fmt::format("entry {} is not of the form [A-Z0-9]+-[0-9]+[a-c]?, "
                    "T-[A-Z][0-9]+(.[0-9]+)?[a-d]? or [a-z][a-z0-9_-]* with at most {} characters",
                    in_quotes(text), entry_bytes_max);
    return std::nullopt;
}

std::string owner_text(Range range, Owner owner)
{
    return fmt::format("{} {}", range_text(range), owner_words[static_cast<std::size_t>(owner)]);
}

std::optional<std::string> read_owner(std::string_view text, std::string &why)
{
    const auto space = text.find(' ');
    if (space == text.npos) {
        why = fmt::format("{} is not of the form '0xSTART-0xEND owner' (owner: {})",
                          in_quotes(text), listed(owner_words));
        return std::nullopt;
    }
    if (!read_range(text.substr(0, space), why) ||
        !read_word("owner", text.substr(space + 1), owner_words, why))
        return std::nullopt;
    return std::string(text);
}

} // namespace scenario
