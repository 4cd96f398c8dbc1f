// SPDX-License-Identifier: GPL-2.0-only
// Finds keys of absurd depth; see text_depth.hpp.
//
// Once the text is no TOML, the parser stops; so what this scan makes of the rest does not matter.
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
            // Up to two quotes may stand right before the closing three.
            i += 3;
            while (i < text.size() && text[i] == quote)
                ++i;
            return i;
        } else if (!multiline && text[i] == quote)
            return i + 1;
        else if (!multiline && text[i] == '\n')
            return i;
    }
    return text.size();
}

void advance(TextPosition &position, std::string_view text)
{
    for (const char c : text) {
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
    int dots = 0;
    while (!text.empty()) {
        std::size_t size = 1;
        switch (text[0]) {
        case '"':
        case '\'':
            size = string_size(text);
            break;
        case '#':
            size = text.find('\n') == text.npos ? text.size() : text.find('\n');
            break;
        case '.':
            if (++dots > key_dots_max)
                return position;
            break;
        case '\n':
        case '=':
        case ',':
            dots = 0;
            break;
        default:
            break;
        }
        advance(position, text.substr(0, size));
        text.remove_prefix(size);
    }
    return std::nullopt;
}

} // namespace scenario
