// SPDX-License-Identifier: GPL-2.0-only
// Colours of a terminal. Reports are plain text unless the caller says that a terminal reads them.
#pragma once

#include <string>
#include <string_view>

namespace report {

// What a piece of text is, not how it looks.
enum class Tone : unsigned char { heading, bad, known, good, quiet };

class Paint {
public:
    Paint() = default;
    explicit Paint(bool terminal) : terminal_(terminal) {}

    std::string operator()(Tone tone, std::string_view text) const
    {
        return terminal_ ? std::string(code(tone)).append(text).append("\x1b[0m")
                         : std::string(text);
    }

private:
    static std::string_view code(Tone tone)
    {
        switch (tone) {
        case Tone::heading:
            return "\x1b[1m";
        case Tone::bad:
            return "\x1b[1;31m";
        case Tone::known:
            return "\x1b[33m";
        case Tone::good:
            return "\x1b[32m";
        case Tone::quiet:
            return "\x1b[2m";
        }
        return "";
    }

    bool terminal_ = false;
};

} // namespace report
