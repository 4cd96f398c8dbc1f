// SPDX-License-Identifier: GPL-2.0-only
// Reads a scenario from text; see text.hpp. The only file that knows toml++.
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"
#include "scenario/text_depth.hpp"
#include "scenario/toml.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scenario {
namespace {

using Words = std::span<const std::string_view>;
using String = toml::value<std::string>;
using Place = std::pair<int, int>; // line, column

constexpr std::string_view top_keys[] = {"title", "revision", "open",   "layout",
                                         "actor", "switches", "faults", "expect"};
constexpr std::string_view layout_keys[] = {"soft_reserved", "hmat", "windows", "regions",
                                            "config"};
constexpr std::string_view config_keys[] = {"dev_dax_cxl", "dev_dax_hmem", "cxl_region",
                                            "hmem_disable"};
constexpr std::string_view memory_keys[] = {"range", "node"};
constexpr std::string_view window_keys[] = {"name", "range"};
constexpr std::string_view region_keys[] = {"name", "range", "assembly", "mode", "system_ram"};
constexpr std::string_view actor_keys[] = {"name", "ops"};
// In the design, not in the simulated kernel; wherever they stand, a person gets that answer.
constexpr std::string_view keys_not_modelled[] = {"hmem_platform_1", "builtin", "async_probe",
                                                  "kmem_remove_fails"};

bool contains(Words words, std::string_view word)
{
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view type_text(const toml::node &node)
{
    static constexpr std::array<std::string_view, 10> texts = {
        "nothing",  "a table",   "an array", "a string", "an integer",
        "a number", "a boolean", "a date",   "a time",   "a date and time"};
    return texts[static_cast<std::size_t>(node.type())];
}

TextError error_at(const toml::source_region &source, std::string message)
{
    return {static_cast<int>(source.begin.line), static_cast<int>(source.begin.column),
            std::move(message)};
}

// toml++ sorts a table by key; errors and expectations go by the order of the file.
std::vector<const toml::key *> keys_in_order(const toml::table &table)
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
            if (contains(keys_not_modelled, word))
                why = fmt::format("key '{}' is not modelled yet", word);
            else if (contains(top_keys, word))
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
    template <typename Read>
    auto parse(const String &text, Read read)
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
};

// Knows what a scenario looks like in TOML.
class ScenarioReader : public TomlReader {
public:
    Scenario scenario;

    void read(const toml::table &file);

private:
    std::optional<Range> read_range_of(const toml::table &table, std::string_view what);
    template <typename Item>
    std::optional<std::int16_t> read_number_of(const toml::table &table, Word word,
                                               const std::vector<Item> &items);
    void read_head(const toml::table &file);
    void read_layout(const toml::table &layout);
    void read_memory(const toml::table &table, std::vector<MemoryRange> &memory);
    void read_window(const toml::table &table);
    void read_region(const toml::table &table);
    void read_actor(const toml::table &table);
    void read_schedule(const toml::table &file);
    void read_expect(const toml::table &expect);
};

std::optional<Range> ScenarioReader::read_range_of(const toml::table &table, std::string_view what)
{
    const String *text = need_string(table, "range", what);
    return text ? parse(*text, scenario::read_range) : std::nullopt;
}

// The number of windowN or regionN, which none of the items has yet.
template <typename Item>
std::optional<std::int16_t> ScenarioReader::read_number_of(const toml::table &table, Word word,
                                                           const std::vector<Item> &items)
{
    constexpr std::size_t limit =
        std::is_same_v<Item, Window> ? bounds::windows_max : bounds::regions_max;
    const auto read = [&](auto name, auto &why) { return read_numbered(word, name, limit, why); };
    const String *text = need_string(table, "name", fmt::format("a {}", kernel::word_text(word)));
    const auto number = text ? parse(*text, read) : std::nullopt;
    for (const Item &item : items)
        if (item.number == number)
            fail(text->source(), fmt::format("duplicate name {}", quoted(text->get())));
    return number;
}

void ScenarioReader::read_head(const toml::table &file)
{
    check_keys(file, "the file", top_keys);
    read_flag(file, "open", scenario.open);
    if (const String *title = find<String>(file, "title", "a string")) {
        scenario.title = title->get();
        if (scenario.title.size() > title_bytes_max)
            fail(title->source(), fmt::format("title has {} bytes, at most {} are allowed",
                                              scenario.title.size(), title_bytes_max));
    }
    if (const String *revision = find<String>(file, "revision", "a string"))
        scenario.revision = parse(*revision, read_revision).value_or("");
}

// An item with an error in it is taken over as well: the scenario is given away only without
// errors.
void ScenarioReader::read_memory(const toml::table &table, std::vector<MemoryRange> &memory)
{
    MemoryRange item;
    if (!check_keys(table, "a memory range", memory_keys))
        return;
    if (const auto *node = find<toml::value<std::int64_t>>(table, "node", "an integer")) {
        if (node->get() < no_node || node->get() > node_max)
            fail(node->source(), fmt::format("node {} is not a number from {} to {}", node->get(),
                                             no_node, node_max));
        else
            item.node = static_cast<std::int16_t>(node->get());
    }
    item.range = read_range_of(table, "a memory range").value_or(Range{});
    memory.push_back(item);
}

void ScenarioReader::read_window(const toml::table &table)
{
    auto &windows = scenario.layout.windows;
    if (!check_keys(table, "a window", window_keys))
        return;
    Window window;
    window.number = read_number_of(table, Word::window, windows).value_or(0);
    window.range = read_range_of(table, "a window").value_or(Range{});
    windows.push_back(window);
}

void ScenarioReader::read_region(const toml::table &table)
{
    Region region;
    auto &regions = scenario.layout.regions;
    if (!check_keys(table, "a region", region_keys))
        return;
    region.number = read_number_of(table, Word::region, regions).value_or(0);
    region.range = read_range_of(table, "a region").value_or(Range{});
    read_enum(table, "assembly", assembly_words, region.assembly);
    read_enum(table, "mode", mode_words, region.mode);
    read_flag(table, "system_ram", region.system_ram);
    regions.push_back(region);
}

void ScenarioReader::read_layout(const toml::table &table)
{
    Layout &layout = scenario.layout;
    check_keys(table, "[layout]", layout_keys);
    each<toml::table>(table, "soft_reserved", "table", bounds::ranges_max,
                      [&](auto &item) { read_memory(item, layout.soft_reserved); });
    each<toml::table>(table, "hmat", "table", bounds::ranges_max,
                      [&](auto &item) { read_memory(item, layout.hmat); });
    each<toml::table>(table, "windows", "table", bounds::windows_max,
                      [&](auto &item) { read_window(item); });
    each<toml::table>(table, "regions", "table", bounds::regions_max,
                      [&](auto &item) { read_region(item); });
    if (const auto *config = find<toml::table>(table, "config", "a table")) {
        check_keys(*config, "config", config_keys);
        read_flag(*config, "dev_dax_cxl", layout.config.dev_dax_cxl);
        read_flag(*config, "dev_dax_hmem", layout.config.dev_dax_hmem);
        read_flag(*config, "cxl_region", layout.config.cxl_region);
        read_flag(*config, "hmem_disable", layout.config.hmem_disable);
    }
}

void ScenarioReader::read_actor(const toml::table &table)
{
    Actor actor;
    if (!check_keys(table, "an [[actor]]", actor_keys))
        return;
    if (const String *name = need_string(table, "name", "an [[actor]]")) {
        actor.name = parse(*name, read_actor_name).value_or("");
        for (const Actor &other : scenario.actors)
            if (other.name == actor.name && !actor.name.empty())
                fail(name->source(), fmt::format("duplicate name {}", quoted(actor.name)));
    }
    const Layout &layout = scenario.layout;
    const auto read = [&](auto text, auto &why) { return read_operation(text, layout, why); };
    each<String>(table, "ops", "string", bounds::operations_max, [&](const String &text) {
        if (const auto operation = parse(text, read))
            actor.operations.push_back(*operation);
    });
    scenario.actors.push_back(std::move(actor));
}

void ScenarioReader::read_schedule(const toml::table &file)
{
    const Actors actors = scenario.actors;
    each<String>(file, "switches", "string", bounds::switches_max, [&](const String &text) {
        const auto read = [&](auto line, auto &why) { return read_switch(line, actors, why); };
        if (const auto item = parse(text, read))
            scenario.switches.push_back(*item);
    });
    each<String>(file, "faults", "string", bounds::faults_max, [&](const String &text) {
        const auto read = [&](auto line, auto &why) { return read_fault(line, actors, why); };
        if (const auto fault = parse(text, read))
            scenario.faults.push_back(*fault);
    });
}

void ScenarioReader::read_expect(const toml::table &expect)
{
    const auto revisions = keys_in_order(expect);
    if (revisions.size() > expectations_max)
        return fail(revisions[expectations_max]->source(),
                    fmt::format("[expect] has {} revisions, at most {} are allowed",
                                revisions.size(), expectations_max));
    for (const toml::key *revision : revisions) {
        Expectation expectation{std::string(revision->str()), {}};
        auto &verdict = expectation.verdict;
        std::string why;
        if (!read_revision(revision->str(), why))
            fail(revision->source(), why);
        each<String>(expect, revision->str(), "string", identities_max, [&](const String &text) {
            const auto identity = parse(text, read_identity);
            if (identity && std::find(verdict.begin(), verdict.end(), *identity) != verdict.end())
                fail(text.source(), fmt::format("duplicate violation {}", quoted(*identity)));
            verdict.push_back(text.get());
        });
        scenario.expect.push_back(std::move(expectation));
    }
}

void ScenarioReader::read(const toml::table &file)
{
    read_head(file);
    if (const auto *layout = find<toml::table>(file, "layout", "a table"))
        read_layout(*layout);
    // What names regions is judged by a sound layout only, what names actors by sound actors: one
    // misspelt name would else make every use of it an error, and hide itself behind them.
    if (error)
        return;
    each<toml::table>(file, "actor", "table", bounds::actors_max,
                      [&](auto &table) { read_actor(table); });
    if (error)
        return;
    read_schedule(file);
    if (const auto *expect = find<toml::table>(file, "expect", "a table"))
        read_expect(*expect);
}

} // namespace

std::variant<Scenario, TextError> parse_text(std::string_view text)
{
    if (text.size() > bounds::text_bytes_max)
        return TextError{1, 1,
                         fmt::format("the text has {} bytes, at most {} are allowed", text.size(),
                                     bounds::text_bytes_max)};
    if (const auto deep = find_deep_key(text))
        return TextError{deep->line, deep->column,
                         fmt::format("a key has more than {} dots", key_dots_max)};
    const toml::parse_result file = toml::parse(text);
    if (!file)
        return error_at(file.error().source(),
                        fmt::format("not TOML: {}", file.error().description()));
    ScenarioReader reader;
    reader.read(file.table());
    if (reader.error)
        return std::move(*reader.error);
    return std::move(reader.scenario);
}

} // namespace scenario
