// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/name.hpp"

#include <charconv>

namespace kernel {
namespace {

struct WordRow {
    std::string_view text;
    std::string_view separator;
    bool numbered;
};

constexpr std::array<WordRow, static_cast<std::size_t>(Word::count_)> words = {{
#define X(id, text, separator, numbered) {text, separator, numbered},
    KERNEL_WORDS(X)
#undef X
}};

// Numbers are 0..9999 without leading zeros: what a device name can carry here.
std::optional<int> parse_number(std::string_view digits)
{
    int value = 0;
    const char *end = digits.data() + digits.size();
    if (digits.empty() || digits.size() > 4 || (digits.size() > 1 && digits[0] == '0'))
        return std::nullopt;
    const auto [stop, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc{} || stop != end || value < 0)
        return std::nullopt;
    return value;
}

std::optional<Name> parse_as(Word word, std::string_view text)
{
    const WordRow &row = words[static_cast<std::size_t>(word)];
    if (!text.starts_with(row.text))
        return std::nullopt;
    text.remove_prefix(row.text.size());
    if (text.empty())
        return row.numbered && word != Word::test ? std::nullopt : std::optional(name_of(word));
    if (!row.numbered || !text.starts_with(row.separator))
        return std::nullopt;
    text.remove_prefix(row.separator.size());
    int part = 0;
    if (word == Word::dax) {
        const auto dot = text.find('.');
        const auto parsed = dot == text.npos ? std::nullopt : parse_number(text.substr(dot + 1));
        if (!parsed || *parsed > 255)
            return std::nullopt;
        part = *parsed;
        text = text.substr(0, dot);
    }
    const auto number = parse_number(text);
    return number ? std::optional(name_of(word, *number, part)) : std::nullopt;
}

} // namespace

std::string_view word_text(Word word) { return words[static_cast<std::size_t>(word)].text; }

std::string to_string(Name name)
{
    const WordRow &row = words[static_cast<std::size_t>(name.word)];
    std::string text(row.text);
    if (name.number < 0)
        return text;
    text += row.separator;
    text += std::to_string(name.number);
    if (name.word == Word::dax) {
        text += '.';
        text += std::to_string(name.part);
    }
    return text;
}

std::optional<Name> parse_name(std::string_view text)
{
    for (std::size_t i = 0; i < words.size(); ++i)
        if (const auto name = parse_as(static_cast<Word>(i), text))
            return name;
    return std::nullopt;
}

} // namespace kernel
