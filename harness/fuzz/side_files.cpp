// SPDX-License-Identifier: GPL-2.0-only
// Prepares what lies beside fuzz targets while they are built. A fleet has no other tool to do it.
//
//     side_files seeds FOLDER REVISION FILE...   FOLDER/NAME.wire for each NAME.toml
//     side_files dictionary FILE wire|text|trees        what an input of that form is made of
//
// Of seeds, what shows a violation on the revision that is neither accepted nor open is left out: a
// target would report its own seed and go no further. The revision `all` leaves out nothing.
//
// Covers: text to wire, dictionaries from the tables. Does not cover: archives (cmake makes them),
// inputs of other forms.
#include "drivers/registry.hpp"
#include "fuzz/resource_trees.hpp"
#include "properties/exceptions.hpp"
#include "run/machine.hpp"
#include "scenario/sentences.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"
#include "scenario/words.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace {

bool shows_violation(run::Machine &machine, const drivers::Revision &revision,
                     const scenario::Scenario &scenario)
{
    const run::Result result = machine.run(revision, scenario);
    const auto findings = properties::findings(result.verdict, {scenario, result.events});
    return std::any_of(findings.begin(), findings.end(), [](const properties::Finding &finding) {
        return finding.judgement.status == properties::Status::violation;
    });
}

// False, after saying why, if the file is no scenario.
bool read_scenario(const std::filesystem::path &path, scenario::Scenario &scenario)
{
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file) {
        std::fprintf(stderr, "side_files: cannot read %s\n", path.c_str());
        return false;
    }
    auto parsed = scenario::parse_text(text);
    if (const auto *error = std::get_if<scenario::TextError>(&parsed)) {
        std::fprintf(stderr, "%s:%d:%d: %s\n", path.c_str(), error->line, error->column,
                     error->message.c_str());
        return false;
    }
    scenario = std::get<scenario::Scenario>(std::move(parsed));
    // The target names the revision.
    scenario.revision.clear();
    return true;
}

bool write(const std::filesystem::path &path, const scenario::Scenario &scenario)
{
    const auto bytes = scenario::encode(scenario, drivers::revision_ids());
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char *>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    file.close();
    if (!file)
        std::fprintf(stderr, "side_files: cannot write %s\n", path.c_str());
    return static_cast<bool>(file);
}

int write_seeds(const char *folder, const std::string &id, std::span<char *const> sources)
{
    const drivers::Revision *revision = drivers::find_revision(id);
    if (revision == nullptr && id != "all") {
        std::fprintf(stderr, "side_files: no revision '%s'\n", id.c_str());
        return 2;
    }
    run::Machine machine;
    for (const std::filesystem::path source : sources) {
        scenario::Scenario scenario;
        if (!read_scenario(source, scenario))
            return 2;
        if (revision != nullptr && shows_violation(machine, *revision, scenario))
            continue;
        if (!write(std::filesystem::path(folder) / source.stem().concat(".wire"), scenario))
            return 3;
    }
    return 0;
}

// ---------------------------------------------------------------- dictionaries

void print_entry(std::span<const std::uint8_t> bytes)
{
    std::printf("\"");
    for (const std::uint8_t byte : bytes) {
        if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\')
            std::printf("\\x%02x", byte);
        else
            std::putchar(byte);
    }
    std::printf("\"\n");
}

void print_entry(std::string_view text)
{
    print_entry({reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
}

// Tables share words; engines refuse an empty one.
void print_entries(const std::set<std::string_view> &texts)
{
    for (const std::string_view text : texts)
        if (!text.empty())
            print_entry(text);
}

// The records of a scenario, without the byte before them that names a revision.
void print_records(const scenario::Scenario &scenario)
{
    const auto bytes = scenario::encode(scenario, drivers::revision_ids());
    print_entry(std::span(bytes).subspan(1));
}

// The objects that an operation of that kind is on most often.
std::vector<kernel::Name> objects_for(scenario::Operand operand)
{
    using kernel::name_of;
    using kernel::Word;
    switch (operand) {
    case scenario::Operand::none:
        return {name_of(Word::slow)};
    case scenario::Operand::module: {
        std::vector<kernel::Name> names;
        for (const Word module : scenario::modules)
            names.push_back(name_of(module));
        return names;
    }
    case scenario::Operand::device:
        return {name_of(Word::hmem_platform, 0), name_of(Word::hmem, 0), name_of(Word::region, 0),
                name_of(Word::cxl_acpi)};
    case scenario::Operand::region:
        return {name_of(Word::region, 0)};
    case scenario::Operand::added_device:
        return {scenario::second_platform};
    }
    return {};
}

// By name around the work that decides, and by number.
std::vector<kernel::Switch> usual_switches()
{
    using kernel::actor_role;
    using kernel::name_of;
    using kernel::Occasion;
    using kernel::Point;
    using kernel::role_of;
    using kernel::Word;
    const kernel::Role admin = actor_role(0);
    const kernel::Role work = role_of(Word::resolution);
    const kernel::Name item = name_of(Word::resolution);
    return {
        {.role = admin, .point = Point::queue_work, .object = item, .target = work},
        {.role = admin, .point = Point::queue_work, .object = item, .arrival = 2, .target = work},
        {.role = work, .point = Point::work_start, .object = item, .target = admin},
        {.role = work,
         .point = Point::region_intersects,
         .object = name_of(Word::iomem),
         .target = admin},
        {.occasion = Occasion::blocks, .role = admin, .object = item, .target = work},
        {.occasion = Occasion::ends, .role = admin, .target = work},
        {.indexed = true},
        {.indexed = true, .occasion = Occasion::blocks},
    };
}

// Every record that stands alone: a range of each kind, an actor with each operation, switches, and a
// fault of each call.
void print_wire_dictionary()
{
    using kernel::Word;
    constexpr kernel::Range range{0x100000000, 0x13fffffff};
    print_records({.layout = {.soft_reserved = {{range}}}});
    print_records({.layout = {.hmat = {{range}}}});
    print_records({.layout = {.windows = {{0, range}}}});
    print_records({.layout = {.hmem_platform_1 = scenario::MemoryRange{range}}});
    for (const auto assembly : {scenario::Assembly::ok, scenario::Assembly::fail,
                                scenario::Assembly::late, scenario::Assembly::none})
        print_records({.layout = {.regions = {{0, range, assembly}}}});
    for (std::size_t code = 0; code < scenario::operation_codes; ++code) {
        const auto operation = static_cast<scenario::OperationCode>(code);
        for (const kernel::Name object : objects_for(scenario::operation_row(operation).operand))
            print_records({.actors = {{"actor0", {{operation, object}}}}});
    }
    for (const kernel::Switch &item : usual_switches())
        print_records({.switches = {item}});
    print_records({.faults = {{.role = kernel::actor_role(0), .nth = true}}});
    for (std::size_t site = 0; site < scenario::sites_count; ++site)
        print_records({.faults = {{.role = kernel::actor_role(0),
                                   .site = static_cast<kernel::Site>(site),
                                   .object = kernel::name_of(Word::hmem, 0)}}});
}

// Keys of the format and what stands between words (scenario/text.hpp).
constexpr auto text_marks = std::to_array<std::string_view>({
    "title",
    "revision",
    "source",
    "switches",
    "faults",
    "open",
    "layout",
    "[layout]",
    "soft_reserved",
    "hmat",
    "windows",
    "regions",
    "range",
    "node",
    "name",
    "assembly",
    "mode",
    "system_ram",
    "config",
    "builtin",
    "async_probe",
    "hmem_disable",
    "kmem_remove_fails",
    "hmem_platform_1",
    "ops",
    "[[actor]]",
    "[expect]",
    "[[shows]]",
    "entry",
    "sign",
    "on",
    "by",
    "[owners]",
    "{ range = \"0x",
    "\" }",
    " = [",
    " before ",
    " blocks on ",
    " ends ",
    " -> ",
    "#1",
    ": nth 1",
    "point +1 -> runnable 0",
    "stop +1 -> runnable 0",
});

void print_text_dictionary()
{
    std::set<std::string_view> texts(text_marks.begin(), text_marks.end());
    for (std::size_t i = 0; i < scenario::words_count; ++i)
        texts.insert(kernel::word_text(static_cast<kernel::Word>(i)));
    for (std::size_t i = 0; i < scenario::points_count; ++i)
        texts.insert(kernel::point_text(static_cast<kernel::Point>(i)));
    for (std::size_t i = 0; i < scenario::sites_count; ++i)
        texts.insert(kernel::site_text(static_cast<kernel::Site>(i)));
    for (std::size_t i = 0; i < scenario::operation_codes; ++i)
        texts.insert(scenario::operation_row(static_cast<scenario::OperationCode>(i)).text);
    texts.insert(scenario::assembly_words.begin(), scenario::assembly_words.end());
    texts.insert(scenario::mode_words.begin(), scenario::mode_words.end());
    texts.insert(scenario::owner_words.begin(), scenario::owner_words.end());
    const auto ids = drivers::revision_ids();
    texts.insert(ids.begin(), ids.end());
    print_entries(texts);
}

// Each operation with each kind at one place: a fuzzer moves it.
void print_tree_dictionary()
{
    for (const char code : fuzz::tree_codes)
        for (const char kind : fuzz::tree_kinds)
            print_entry(std::string{code, kind, '4', '4'});
}

int usage()
{
    std::fprintf(stderr, "usage: side_files seeds FOLDER REVISION|all FILE...\n"
                         "       side_files dictionary FILE wire|text|trees\n");
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    const std::span<char *const> arguments(argv, static_cast<std::size_t>(argc));
    const std::string_view command = argc > 2 ? argv[1] : "";
    if (command == "seeds" && argc > 3)
        return write_seeds(argv[2], argv[3], arguments.subspan(4));
    if (command != "dictionary")
        return usage();
    const std::string_view form = argc > 3 ? argv[3] : "";
    if (std::freopen(argv[2], "w", stdout) == nullptr) {
        std::fprintf(stderr, "side_files: cannot write %s\n", argv[2]);
        return 3;
    }
    if (form == "wire")
        print_wire_dictionary();
    else if (form == "text")
        print_text_dictionary();
    else if (form == "trees")
        print_tree_dictionary();
    else
        return usage();
    return 0;
}
