// SPDX-License-Identifier: GPL-2.0-only
// The text form where the caller says which revisions and properties there are: what a text names
// besides those is refused, with its place. Other mistakes are in text_error_test.cpp.
#include "scenario/text.hpp"

#include <gtest/gtest.h>

namespace scenario {
namespace {

struct Unknown {
    std::string_view name;
    std::string_view text;
    int line;
    int column;
    std::string_view message;
};

void PrintTo(const Unknown &mistake, std::ostream *out) { *out << mistake.name; }

// What a text names must be in the caller's tables, wherever it names it.
class UnknownIds : public testing::TestWithParam<Unknown> {};

constexpr std::string_view known_revisions[] = {"v7", "v8"};
constexpr std::string_view known_properties[] = {"lost-range", "uninitialized-work"};

TEST_P(UnknownIds, AreToldWithTheirPlaceWhereTheTablesAreGiven)
{
    const Unknown &mistake = GetParam();
    const auto result = parse_text(mistake.text, {known_revisions, known_properties});
    const auto *error = std::get_if<TextError>(&result);
    ASSERT_NE(error, nullptr) << mistake.text;
    EXPECT_EQ(error->line, mistake.line) << error->message;
    EXPECT_EQ(error->column, mistake.column) << error->message;
    EXPECT_EQ(error->message, mistake.message);
    EXPECT_TRUE(std::holds_alternative<Scenario>(parse_text(mistake.text)));
}

INSTANTIATE_TEST_SUITE_P(
    Everywhere, UnknownIds,
    testing::ValuesIn(std::vector<Unknown>{
        {"Revision", "title = ''\nrevision = 'v99'", 2, 12,
         "unknown revision 'v99' (allowed: v7, v8)"},
        {"ExpectRevision", "[expect]\nv7 = []\nv9 = []", 3, 1,
         "unknown revision 'v9', did you mean 'v7'? (allowed: v7, v8)"},
        {"OwnersRevision", "[owners]\nv77 = []", 2, 1,
         "unknown revision 'v77', did you mean 'v7'? (allowed: v7, v8)"},
        {"ShowsOn", "[[shows]]\nentry = 'V7-1'\non = ['v7', 'v9']", 3, 13,
         "unknown revision 'v9', did you mean 'v7'? (allowed: v7, v8)"},
        {"ExpectProperty", "[expect]\nv7 = ['lost-range:f', 'uninitialised-work:x']", 2, 23,
         "unknown property 'uninitialised-work', did you mean 'uninitialized-work'? (allowed: "
         "lost-range, uninitialized-work)"},
        {"ShowsCatalogue", "[[shows]]\nentry = 'V7-1'\ncatalogue = ['v9']", 3, 14,
         "unknown revision 'v9', did you mean 'v7'? (allowed: v7, v8)"},
        {"ShowsBy", "[[shows]]\nentry = 'V7-1'\nby = ['foo:bar']", 3, 7,
         "unknown property 'foo' (allowed: lost-range, uninitialized-work)"},
    }),
    [](const auto &info) { return std::string(info.param.name); });

TEST(KnownIds, PassWhereverATextNamesThem)
{
    const auto result = parse_text("revision = 'v8'\n"
                                   "[[shows]]\nentry = 'V7-1'\non = ['v7']\n"
                                   "by = ['lost-range:f', 'not-fired', '0x0-0xf cxl']\n"
                                   "[expect]\nv7 = ['not-fired', 'uninitialized-work:f']\n"
                                   "v8 = ['n/a']\n[owners]\nv8 = ['0x0-0xf hmem']\n",
                                   {known_revisions, known_properties});
    const auto *error = std::get_if<TextError>(&result);
    EXPECT_EQ(error, nullptr) << error->line << ':' << error->column << ": " << error->message;
}

} // namespace
} // namespace scenario
