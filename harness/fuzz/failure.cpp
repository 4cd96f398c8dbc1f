// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/failure.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>

namespace fuzz {
namespace {

int width(std::string_view text) { return static_cast<int>(text.size()); }

// What a runner groups crashes by must not contain a word that it skips (failure_test.cpp).
#define use_after_free use_of_released_object

// One function a property. Each says its own name, which a test reads, and its own rule, so that no
// compiler folds them into one.
namespace violated {
#define X(id, text, sentence, ...)                                                                 \
    [[gnu::noinline]] const char *id(bool end)                                                     \
    {                                                                                              \
        if (!end)                                                                                  \
            return __func__;                                                                       \
        std::fputs("  rule: " sentence "\n", stderr);                                              \
        std::abort();                                                                              \
    }
PROPERTIES(X)
#undef X
} // namespace violated

constexpr std::array<const char *(*)(bool end), properties::property_count> functions = {
#define X(id, ...) violated::id,
    PROPERTIES(X)
#undef X
};

#undef use_after_free

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

std::string_view frame_of(properties::Property property)
{
    return functions[static_cast<std::size_t>(property)](false);
}

void abort_on(properties::Property property)
{
    functions[static_cast<std::size_t>(property)](true);
    std::abort(); // not reached
}

} // namespace fuzz
