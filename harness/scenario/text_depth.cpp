// SPDX-License-Identifier: GPL-2.0-only
// Finds keys of absurd depth; see text_depth.hpp.
//
// The parser stops where the text is no TOML, so what this scan makes of the rest does not matter.
#include "scenario/text_depth.hpp"

#include <cstddef>

namespace scenario {
namespace {

// Number of bytes of the string that starts at the front of the text, its closing quotes included.
std::size_t string_size(std::string_view text)
{
    const char quote = text[0];
    const std::string_view triple = quote == '"' ? "\"\"\"" : "'''";
    const bool multiline = text.starts_with(triple);
    for (std::size_t i = multiline ? 3 : 1; i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\')
            ++i;
        else if (multiline && text.substr(i).starts_with(triple)) {
            // Quotes right before the closing three belong to the string.
            const std::size_t end = text.find_first_not_of(quote, i);
            return end == text.npos ? text.size() : end;
        } else if (!multiline && text[i] == quote)
            return i + 1;
        else if (!multiline && text[i] == '\n')
            return i;
    }
    return text.size();
}

void advance(TextPosition &position, std::string_view passed)
{
    for (const char c : passed) {
        if (c == '\n')
            position = {position.line + 1, 1};
        else if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) // no continuation byte of UTF-8
            ++position.column;
    }
}

} // namespace

std::optional<TextPosition> find_deep_key(std::string_view text)
{
    TextPosition position;
    int dots = 0; // of the key at hand; what ends a key ends the count
    while (!text.empty()) {
        const char c = text[0];
        std::size_t size = 1;
        if (c == '"' || c == '\'')
            size = string_size(text);
        else if (c == '#')
            size = text.substr(0, text.find('\n')).size();
        else if (c == '\n' || c == '=' || c == ',')
            dots = 0;
        else if (c == '.' && ++dots > key_dots_max)
            return position;
        advance(position, text.substr(0, size));
        text.remove_prefix(size);
    }
    return std::nullopt;
}

} // namespace scenario
