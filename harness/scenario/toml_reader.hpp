// SPDX-License-Identifier: GPL-2.0-only
// Values out of a parsed TOML document, for text_parse.cpp: of the type they must have, with the
// place and the words of what is wrong.
//
// Covers: keys, types, counts. Does not cover: what a scenario is.
#pragma once

#include "scenario/text.hpp"
#include "scenario/toml.hpp"
#include "scenario/words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scenario {

using Words = std::span<const std::string_view>;
using String = toml::value<std::string>;
using Place = std::pair<int, int>; // line, column

inline bool contains(Words words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

inline std::string_view type_text(const toml::node &node)
{
    static constexpr std::array<std::string_view, 10> texts = {
        "nothing",  "a table",   "an array", "a string", "an integer",
        "a number", "a boolean", "a date",   "a time",   "a date and time"};
    return texts[static_cast<std::size_t>(node.type())];
}

inline TextError error_at(const toml::source_region &source, std::string message)
{
    return {static_cast<int>(source.begin.line), static_cast<int>(source.begin.column),
            std::move(message)};
}

// toml++ sorts a table by key; errors and expectations go by the order of the file.
inline std::vector<const toml::key *> keys_in_order(const toml::table &table)
{
    std::vector<const toml::key *> keys;
    for (const auto &[key, node] : table)
        keys.push_back(&key);
    std::sort(keys.begin(), keys.end(), [](auto *one, auto *other) {
        const auto &left = one->source().begin;
        const auto &right = other->source().begin;
        return std::pair(left.line, left.column) < std::pair(right.line, right.column);
    });
    return keys;
}

// Reads values out of a parsed TOML document and remembers the error that is first in the file.
class TomlReader {
public:
    std::optional<TextError> error;

protected:
    // The keys that stand above the first table: below it they are misplaced, not misspelt.
    explicit TomlReader(Words top_keys) : top_keys_(top_keys) {}

    void fail(const toml::source_region &source, std::string message)
    {
        const TextError found = error_at(source, std::move(message));
        if (!error || Place(found.line, found.column) < Place(error->line, error->column))
            error = found;
    }

    // False if there is an unknown key, most often a misspelt one: the table is then not read on,
    // for what it seems to lack.
    bool check_keys(const toml::table &table, std::string_view owner, Words known)
    {
        for (const toml::key *key : keys_in_order(table)) {
            const std::string_view word = key->str();
            if (contains(known, word))
                continue;
            std::string why = unknown_word(fmt::format("key of {}", owner), word, known);
            if (contains(top_keys_, word))
                why = fmt::format("key '{}' is no key of {}, it belongs at the top of the file, "
                                  "above the first [table]",
                                  word, owner);
            fail(key->source(), std::move(why));
            return false;
        }
        return true;
    }

    // The key's value if it is there and of that type; there but of another is an error.
    template <typename Value>
    const Value *find(const toml::table &table, std::string_view key, std::string_view type)
    {
        const toml::node *node = table.get(key);
        if (!node)
            return nullptr;
        const auto *value = node->as<Value>();
        if (!value)
            fail(node->source(),
                 fmt::format("'{}' must be {}, not {}", key, type, type_text(*node)));
        return value;
    }

    const String *need_string(const toml::table &table, std::string_view key, std::string_view what)
    {
        if (!table.contains(key))
            fail(table.source(), fmt::format("{} needs the key '{}'", what, key));
        return find<String>(table, key, "a string");
    }

    // Calls read for each item of the array, if it is of type Item (`type` for people).
    template <typename Item, typename Read>
    void each(const toml::table &table, std::string_view key, std::string_view type,
              std::size_t limit, Read read)
    {
        const auto *items = find<toml::array>(table, key, fmt::format("an array of {}s", type));
        if (!items)
            return;
        if (items->size() > limit)
            return fail(items->get(limit)->source(),
                        fmt::format("'{}' has {} items, at most {} are allowed", key, items->size(),
                                    limit));
        for (const toml::node &node : *items) {
            if (const auto *item = node.as<Item>())
                read(*item);
            else
                fail(node.source(), fmt::format("an item of '{}' must be a {}, not {}", key, type,
                                                type_text(node)));
        }
    }

    // What `read` makes of the string, as an optional; its complaint becomes the error.
    template <typename Read> auto parse(const String &text, Read read)
    {
        std::string why;
        auto value = read(std::string_view(text.get()), why);
        if (!value)
            fail(text.source(), std::move(why));
        return value;
    }

    void read_flag(const toml::table &table, std::string_view key, bool &flag)
    {
        if (const auto *value = find<toml::value<bool>>(table, key, "a boolean (true or false)"))
            flag = value->get();
    }

    template <typename Enum>
    void read_enum(const toml::table &table, std::string_view key, Words words, Enum &value)
    {
        const String *text = find<String>(table, key, "a string");
        if (!text)
            return;
        const auto read = [&](auto word, auto &why) { return read_word(key, word, words, why); };
        if (const auto index = parse(*text, read))
            value = static_cast<Enum>(*index);
    }

private:
    Words top_keys_;
};

} // namespace scenario
