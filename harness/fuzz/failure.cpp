// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/failure.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace fuzz {
namespace {

int width(std::string_view text) { return static_cast<int>(text.size()); }

// One function a property. Each says its own name as well, so that no compiler folds them into one.
namespace violated {
#define X(id, text, sentence, ...)                                                                 \
    [[noreturn, gnu::noinline]] void id()                                                          \
    {                                                                                              \
        std::fputs("  rule: " sentence "\n", stderr);                                              \
        std::abort();                                                                              \
    }
PROPERTIES(X)
#undef X
} // namespace violated

} // namespace

void tell(const char *lead, std::string_view left, std::string_view right)
{
    std::fprintf(stderr, "%s%.*s%s%.*s\n", lead, width(left), left.data(), right.empty() ? "" : " ",
                 width(right), right.data());
}

void tell_identity(std::string_view id, std::string_view cause)
{
    tell("ASSERTION FAILED: ", id, cause);
}

void abort_on(properties::Property property)
{
    static constexpr std::array<void (*)(), properties::property_count> functions = {
#define X(id, ...) violated::id,
        PROPERTIES(X)
#undef X
    };
    functions[static_cast<std::size_t>(property)]();
    std::abort(); // not reached
}

} // namespace fuzz
