// SPDX-License-Identifier: GPL-2.0-only
// Reads a scenario from text; see text.hpp.
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"
#include "scenario/text_depth.hpp"
#include "scenario/toml_reader.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scenario {
namespace {

constexpr std::string_view top_keys[] = {"title",  "source", "revision", "open",
                                         "layout", "actor",  "switches", "faults",
                                         "shows",  "expect", "owners"};
constexpr std::string_view layout_keys[] = {"soft_reserved",   "hmat",  "windows", "regions",
                                            "hmem_platform_1", "config"};
constexpr std::string_view config_keys[] = {"dev_dax_cxl",  "dev_dax_hmem",      "cxl_region",
                                            "hmem_disable", "kmem_remove_fails", "builtin",
                                            "async_probe"};
constexpr std::string_view memory_keys[] = {"range", "node"};
constexpr std::string_view window_keys[] = {"name", "range"};
constexpr std::string_view region_keys[] = {"name", "range", "assembly", "mode", "system_ram"};
constexpr std::string_view actor_keys[] = {"name", "ops"};
constexpr std::string_view shows_keys[] = {"entry", "by", "on", "catalogue"};

// Knows what a scenario looks like in TOML.
class ScenarioReader : public TomlReader {
public:
    explicit ScenarioReader(const KnownIds &known) : TomlReader(top_keys), known_(known) {}

    Scenario scenario;

    void read(const toml::table &file);

private:
    // Each is of the right form, and its id is known; a sign may be an owner, too.
    std::optional<std::string> known_revision(std::string_view text, std::string &why) const;
    std::optional<std::string> known_identity(std::string_view text, std::string &why) const;
    std::optional<std::string> known_sign(std::string_view text, std::string &why) const;
    std::optional<Range> read_range_of(const toml::table &table, std::string_view what);
    template <typename Item>
    std::optional<std::int16_t> read_number_of(const toml::table &table, Word word,
                                               const std::vector<Item> &items);
    void read_string(const toml::table &file, std::string_view key, std::size_t bytes_max,
                     std::string &text);
    template <typename Read>
    void read_distinct(const toml::table &table, std::string_view key, std::string_view what,
                       std::size_t limit, std::vector<std::string> &items, Read read_item);
    void read_head(const toml::table &file);
    void read_layout(const toml::table &layout);
    void read_config(const toml::table &table, Config &config);
    template <const auto &Table>
    void read_words(const toml::table &table, std::string_view key, std::string_view what,
                    WordSet<Table> &words);
    std::optional<MemoryRange> read_memory(const toml::table &table);
    void add_memory(const toml::table &table, std::vector<MemoryRange> &memory);
    void read_window(const toml::table &table);
    void read_region(const toml::table &table);
    void read_actor(const toml::table &table);
    void read_schedule(const toml::table &file);
    void read_shown(const toml::table &table);
    void read_expect(const toml::table &expect);
    void read_owners(const toml::table &owners);
    template <typename Read>
    void read_promises(const toml::table &table, std::string_view header, std::string_view what,
                       std::vector<Expectation> &promises, Read read);

    KnownIds known_;
};

bool is_known(std::string_view what, std::string_view id, Words known, std::string &why)
{
    return known.empty() || read_word(what, id, known, why);
}

std::optional<std::string> ScenarioReader::known_revision(std::string_view text,
                                                          std::string &why) const
{
    auto revision = read_revision(text, why);
    if (revision && !is_known("revision", text, known_.revisions, why))
        return std::nullopt;
    return revision;
}

std::optional<std::string> ScenarioReader::known_identity(std::string_view text,
                                                          std::string &why) const
{
    auto identity = read_identity(text, why);
    // What is no identity but stands for one has no colon.
    const auto colon = text.find(':');
    if (identity && colon != text.npos &&
        !is_known("property", text.substr(0, colon), known_.properties, why))
        return std::nullopt;
    return identity;
}

std::optional<std::string> ScenarioReader::known_sign(std::string_view text, std::string &why) const
{
    return text.starts_with("0x") ? read_owner(text, why) : known_identity(text, why);
}

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
            fail(text->source(), fmt::format("duplicate name {}", in_quotes(text->get())));
    return number;
}

void ScenarioReader::read_string(const toml::table &file, std::string_view key,
                                 std::size_t bytes_max, std::string &text)
{
    const String *found = find<String>(file, key, "a string");
    if (!found)
        return;
    text = found->get();
    if (text.size() > bytes_max)
        fail(found->source(),
             fmt::format("{} has {} bytes, at most {} are allowed", key, text.size(), bytes_max));
}

// A list in which nothing stands twice.
template <typename Read>
void ScenarioReader::read_distinct(const toml::table &table, std::string_view key,
                                   std::string_view what, std::size_t limit,
                                   std::vector<std::string> &items, Read read_item)
{
    each<String>(table, key, "string", limit, [&](const String &text) {
        const auto item = parse(text, read_item);
        if (item && std::find(items.begin(), items.end(), *item) != items.end())
            fail(text.source(), fmt::format("duplicate {} {}", what, in_quotes(*item)));
        items.push_back(text.get());
    });
}

void ScenarioReader::read_head(const toml::table &file)
{
    check_keys(file, "the file", top_keys);
    read_flag(file, "open", scenario.open);
    read_string(file, "title", title_bytes_max, scenario.title);
    read_string(file, "source", source_bytes_max, scenario.source);
    if (const String *revision = find<String>(file, "revision", "a string"))
        scenario.revision = parse(*revision, [&](auto id, auto &why) {
                                return known_revision(id, why);
                            }).value_or("");
}

// An item with an error in it is taken over as well: the scenario is given away only without
// errors.
std::optional<MemoryRange> ScenarioReader::read_memory(const toml::table &table)
{
    MemoryRange item;
    if (!check_keys(table, "a memory range", memory_keys))
        return std::nullopt;
    if (const auto *node = find<toml::value<std::int64_t>>(table, "node", "an integer")) {
        if (node->get() < no_node || node->get() > node_max)
            fail(node->source(), fmt::format("node {} is not a number from {} to {}", node->get(),
                                             no_node, node_max));
        else
            item.node = static_cast<std::int16_t>(node->get());
    }
    item.range = read_range_of(table, "a memory range").value_or(Range{});
    return item;
}

void ScenarioReader::add_memory(const toml::table &table, std::vector<MemoryRange> &memory)
{
    if (const auto item = read_memory(table))
        memory.push_back(*item);
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

template <const auto &Table>
void ScenarioReader::read_words(const toml::table &table, std::string_view key,
                                std::string_view what, WordSet<Table> &words)
{
    const auto texts = texts_of(Table);
    const auto read = [&](auto word, auto &why) { return read_word(what, word, texts, why); };
    each<String>(table, key, "string", Table.size(), [&](const String &text) {
        const auto index = parse(text, read);
        if (index && words.has(Table[*index]))
            fail(text.source(), fmt::format("duplicate {} {}", what, in_quotes(text.get())));
        if (index)
            words.add(Table[*index]);
    });
}

void ScenarioReader::read_config(const toml::table &table, Config &config)
{
    check_keys(table, "config", config_keys);
    read_flag(table, "dev_dax_cxl", config.dev_dax_cxl);
    read_flag(table, "dev_dax_hmem", config.dev_dax_hmem);
    read_flag(table, "cxl_region", config.cxl_region);
    read_flag(table, "hmem_disable", config.hmem_disable);
    read_flag(table, "kmem_remove_fails", config.kmem_remove_fails);
    read_words(table, "builtin", "module", config.builtin);
    read_words(table, "async_probe", "driver", config.async_probe);
}

void ScenarioReader::read_layout(const toml::table &table)
{
    Layout &layout = scenario.layout;
    check_keys(table, "[layout]", layout_keys);
    each<toml::table>(table, "soft_reserved", "table", bounds::ranges_max,
                      [&](auto &item) { add_memory(item, layout.soft_reserved); });
    each<toml::table>(table, "hmat", "table", bounds::ranges_max,
                      [&](auto &item) { add_memory(item, layout.hmat); });
    each<toml::table>(table, "windows", "table", bounds::windows_max,
                      [&](auto &item) { read_window(item); });
    each<toml::table>(table, "regions", "table", bounds::regions_max,
                      [&](auto &item) { read_region(item); });
    if (const auto *second = find<toml::table>(table, "hmem_platform_1", "a table"))
        layout.hmem_platform_1 = read_memory(*second);
    if (const auto *config = find<toml::table>(table, "config", "a table"))
        read_config(*config, layout.config);
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
                fail(name->source(), fmt::format("duplicate name {}", in_quotes(actor.name)));
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

void ScenarioReader::read_shown(const toml::table &table)
{
    Shown shown;
    if (!check_keys(table, "a [[shows]]", shows_keys))
        return;
    if (const String *entry = need_string(table, "entry", "a [[shows]]")) {
        shown.entry = parse(*entry, read_entry).value_or("");
        for (const Shown &other : scenario.shows)
            if (other.entry == shown.entry && !shown.entry.empty())
                fail(entry->source(), fmt::format("duplicate entry {}", in_quotes(shown.entry)));
    }
    read_distinct(table, "by", "sign", signs_max, shown.by,
                  [&](auto sign, auto &why) { return known_sign(sign, why); });
    const auto revision = [&](auto id, auto &why) { return known_revision(id, why); };
    read_distinct(table, "on", "revision", expectations_max, shown.on, revision);
    read_distinct(table, "catalogue", "revision", expectations_max, shown.catalogue, revision);
    scenario.shows.push_back(std::move(shown));
}

// A table with a list of strings for each revision.
template <typename Read>
void ScenarioReader::read_promises(const toml::table &table, std::string_view header,
                                   std::string_view what, std::vector<Expectation> &promises,
                                   Read read_line)
{
    const auto revisions = keys_in_order(table);
    if (revisions.size() > expectations_max)
        return fail(revisions[expectations_max]->source(),
                    fmt::format("{} has {} revisions, at most {} are allowed", header,
                                revisions.size(), expectations_max));
    for (const toml::key *revision : revisions) {
        Expectation promise{std::string(revision->str()), {}};
        std::string why;
        if (!known_revision(revision->str(), why))
            fail(revision->source(), why);
        read_distinct(table, revision->str(), what, identities_max, promise.verdict, read_line);
        promises.push_back(std::move(promise));
    }
}

void ScenarioReader::read_expect(const toml::table &expect)
{
    read_promises(expect, "[expect]", "violation", scenario.expect,
                  [&](auto identity, auto &why) { return known_identity(identity, why); });
    for (const Expectation &promise : scenario.expect)
        if (promise.verdict.size() > 1 && std::find(promise.verdict.begin(), promise.verdict.end(),
                                                    not_applicable) != promise.verdict.end())
            fail(expect.get(promise.revision)->source(),
                 fmt::format("'{}' stands alone or not at all", not_applicable));
}

void ScenarioReader::read_owners(const toml::table &owners)
{
    read_promises(owners, "[owners]", "owner", scenario.owners, read_owner);
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
    each<toml::table>(file, "shows", "table", entries_max, [&](auto &table) { read_shown(table); });
    if (const auto *expect = find<toml::table>(file, "expect", "a table"))
        read_expect(*expect);
    if (const auto *owners = find<toml::table>(file, "owners", "a table"))
        read_owners(*owners);
}

// toml++ takes the end of a text whose last line is whole for a place in that line, two columns
// behind its last character, where no editor goes.
TextError error_in_toml(const toml::parse_error &error, std::string_view text)
{
    TextError told = error_at(error.source(), fmt::format("not TOML: {}", error.description()));
    if (!text.ends_with('\n') || told.line != std::count(text.begin(), text.end(), '\n'))
        return told;
    text.remove_suffix(1);
    const std::string_view line = text.substr(text.rfind('\n') + 1);
    const auto characters = std::count_if(line.begin(), line.end(), [](char byte) {
        return (static_cast<unsigned char>(byte) & 0xc0) != 0x80; // no continuation in UTF-8
    });
    if (told.column > characters + 1)
        told = {told.line + 1, 1, std::move(told.message)};
    return told;
}

} // namespace

std::variant<Scenario, TextError> parse_text(std::string_view text, const KnownIds &known)
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
        return error_in_toml(file.error(), text);
    ScenarioReader reader(known);
    reader.read(file.table());
    if (reader.error)
        return std::move(*reader.error);
    return std::move(reader.scenario);
}

} // namespace scenario
