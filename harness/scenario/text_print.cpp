// SPDX-License-Identifier: GPL-2.0-only
// Prints a scenario as text: canonical, defaults left out. See text.hpp.
//
// Top-level arrays stand above the first table because TOML knows no other place for them.
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scenario {
namespace {

constexpr std::size_t columns = 100;

using Lines = std::vector<std::string>;

std::string toml_string(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (c == '\n')
            result += "\\n";
        else if (byte < 0x20 || byte == 0x7f)
            result += fmt::format("\\u{:04x}", byte);
        else
            result += c;
    }
    return result + '"';
}

// On one line where it fits, else one item a line; nothing for no items.
void print_list(std::string &out, std::string_view key, const Lines &items)
{
    std::string line = fmt::format("{} = [{}]\n", key, fmt::join(items, ", "));
    if (line.size() > columns + 1)
        line = fmt::format("{} = [\n    {},\n]\n", key, fmt::join(items, ",\n    "));
    out += line;
}

void print_some(std::string &out, std::string_view key, const Lines &items)
{
    if (!items.empty())
        print_list(out, key, items);
}

template <typename Items, typename Print> Lines each(const Items &items, Print print)
{
    Lines lines;
    for (const auto &item : items)
        lines.push_back(print(item));
    return lines;
}

std::string print_memory(const MemoryRange &memory)
{
    std::string text = fmt::format("{{ range = \"{}\"", range_text(memory.range));
    if (memory.node != MemoryRange{}.node)
        text += fmt::format(", node = {}", memory.node);
    return text + " }";
}

std::string print_window(const Window &window)
{
    return fmt::format("{{ name = \"window{}\", range = \"{}\" }}", window.number,
                       range_text(window.range));
}

std::string print_region(const Region &region)
{
    const Region defaults;
    std::string text = fmt::format("{{ name = \"region{}\", range = \"{}\"", region.number,
                                   range_text(region.range));
    if (region.assembly != defaults.assembly)
        text += fmt::format(", assembly = \"{}\"",
                            assembly_words[static_cast<std::size_t>(region.assembly)]);
    if (region.mode != defaults.mode)
        text += fmt::format(", mode = \"{}\"", mode_words[static_cast<std::size_t>(region.mode)]);
    if (region.system_ram != defaults.system_ram)
        text += fmt::format(", system_ram = {}", region.system_ram);
    return text + " }";
}

void print_config(std::string &out, const Config &config)
{
    const Config defaults;
    Lines changed;
    const auto add = [&](std::string_view key, bool value, bool usual) {
        if (value != usual)
            changed.push_back(fmt::format("{} = {}", key, value));
    };
    add("dev_dax_cxl", config.dev_dax_cxl, defaults.dev_dax_cxl);
    add("dev_dax_hmem", config.dev_dax_hmem, defaults.dev_dax_hmem);
    add("cxl_region", config.cxl_region, defaults.cxl_region);
    add("hmem_disable", config.hmem_disable, defaults.hmem_disable);
    add("kmem_remove_fails", config.kmem_remove_fails, defaults.kmem_remove_fails);
    const auto add_words = [&](std::string_view key, const auto &table, const auto &set) {
        Lines words;
        for (const Word word : table)
            if (set.has(word))
                words.push_back(toml_string(kernel::word_text(word)));
        if (!words.empty())
            changed.push_back(fmt::format("{} = [{}]", key, fmt::join(words, ", ")));
    };
    add_words("builtin", modules, config.builtin);
    add_words("async_probe", async_drivers, config.async_probe);
    if (!changed.empty())
        out += fmt::format("config = {{ {} }}\n", fmt::join(changed, ", "));
}

// A table and the blank line above it, unless the table is empty or the first thing in the file.
void print_table(std::string &out, std::string_view header, const std::string &body)
{
    out += fmt::format("{}{}\n{}", out.empty() ? "" : "\n", header, body);
}

void print_layout(std::string &out, const Layout &layout)
{
    std::string body;
    print_some(body, "soft_reserved", each(layout.soft_reserved, print_memory));
    print_some(body, "hmat", each(layout.hmat, print_memory));
    print_some(body, "windows", each(layout.windows, print_window));
    print_some(body, "regions", each(layout.regions, print_region));
    if (layout.hmem_platform_1)
        body += fmt::format("hmem_platform_1 = {}\n", print_memory(*layout.hmem_platform_1));
    print_config(body, layout.config);
    if (!body.empty())
        print_table(out, "[layout]", body);
}

void print_shown(std::string &out, const Shown &shown)
{
    std::string body = fmt::format("entry = {}\n", toml_string(shown.entry));
    print_some(body, "by", each(shown.by, toml_string));
    print_some(body, "on", each(shown.on, toml_string));
    print_some(body, "catalogue", each(shown.catalogue, toml_string));
    print_table(out, "[[shows]]", body);
}

void print_promises(std::string &out, std::string_view header,
                    const std::vector<Expectation> &expect)
{
    std::size_t width = 0;
    for (const Expectation &expectation : expect)
        width = std::max(width, expectation.revision.size());
    std::string body;
    for (const Expectation &expectation : expect)
        print_list(body, fmt::format("{:<{}}", expectation.revision, width),
                   each(expectation.verdict, toml_string));
    if (!body.empty())
        print_table(out, header, body);
}

} // namespace

std::string print_text(const Scenario &scenario)
{
    std::string out;
    const Actors actors = scenario.actors;
    if (!scenario.title.empty())
        out += fmt::format("title = {}\n", toml_string(scenario.title));
    if (!scenario.source.empty())
        out += fmt::format("source = {}\n", toml_string(scenario.source));
    if (!scenario.revision.empty())
        out += fmt::format("revision = {}\n", toml_string(scenario.revision));
    if (scenario.open)
        out += "open = true\n";
    print_some(out, "switches", each(scenario.switches, [&](const Switch &item) {
                   return toml_string(switch_text(item, actors));
               }));
    print_some(out, "faults", each(scenario.faults, [&](const Fault &fault) {
                   return toml_string(fault_text(fault, actors));
               }));
    print_layout(out, scenario.layout);
    for (const Actor &actor : scenario.actors) {
        std::string body = fmt::format("name = {}\n", toml_string(actor.name));
        print_list(body, "ops", each(actor.operations, [](const Operation &operation) {
                       return toml_string(operation_text(operation));
                   }));
        print_table(out, "[[actor]]", body);
    }
    for (const Shown &shown : scenario.shows)
        print_shown(out, shown);
    print_promises(out, "[expect]", scenario.expect);
    print_promises(out, "[owners]", scenario.owners);
    return out;
}

} // namespace scenario
