// SPDX-License-Identifier: GPL-2.0-only
// The commands that print a table of the harness: what a scenario can name, what can be found.
#include "cli/commands.hpp"
#include "cli/json.hpp"
#include "cli/output.hpp"
#include "drivers/registry.hpp"
#include "kernel/errno.hpp"
#include "kernel/event.hpp"
#include "properties/exceptions.hpp"
#include "properties/properties.hpp"
#include "scenario/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace cli {
namespace {

// Keys are the JSON names and the heads of columns.
struct Table {
    std::vector<std::string> keys;
    std::vector<std::vector<std::string>> rows; // a cell for each key
    bool source_last = false; // people read the last cell in brackets on a line of its own
};

constexpr std::size_t line_width = 100;
constexpr std::size_t source_indent = 4;

// Words of the last column, broken so that lines stay within line_width; `indent` goes before every
// line but the first.
std::string wrapped(std::string_view text, std::size_t indent)
{
    const std::size_t width = std::max<std::size_t>(line_width - std::min(indent, line_width), 20);
    std::string lines;
    while (text.size() > width) {
        auto space = text.rfind(' ', width);
        if (space == text.npos)
            space = std::min(text.find(' '), text.size());
        lines += fmt::format("{}\n{:{}}", text.substr(0, space), "", indent);
        text.remove_prefix(std::min(space + 1, text.size()));
    }
    return lines += text;
}

std::string table_text(const Table &table)
{
    const std::size_t last = table.keys.size() - (table.source_last ? 2 : 1);
    std::vector<std::size_t> widths;
    widths.reserve(last);
    for (std::size_t i = 0; i < last; ++i) {
        widths.push_back(table.keys[i].size());
        for (const auto &row : table.rows)
            widths[i] = std::max(widths[i], row[i].size());
    }

    std::string text;
    const auto add_line = [&](const std::vector<std::string> &cells) {
        std::size_t indent = 0;
        for (std::size_t i = 0; i < last; ++i) {
            text += fmt::format("{:<{}}  ", cells[i], widths[i]);
            indent += widths[i] + 2;
        }
        text += wrapped(cells[last], indent) + '\n';
        // Message ids are long and have no space to break at.
        if (table.source_last)
            text +=
                fmt::format("{:{}}[{}]\n", "", source_indent, wrapped(cells.back(), source_indent));
    };
    add_line(table.keys);
    for (const auto &row : table.rows)
        add_line(row);
    return text;
}

Json table_json(const Table &table)
{
    Json json = Json::array();
    for (const auto &row : table.rows) {
        Json object = Json::object();
        for (std::size_t i = 0; i < table.keys.size(); ++i)
            object[table.keys[i]] = row[i];
        json.push_back(std::move(object));
    }
    return json;
}

Table revisions()
{
    Table table{{"revision", "summary"}, {}};
    for (const drivers::Revision *revision : drivers::revisions_in_order())
        table.rows.push_back({std::string(revision->id), std::string(revision->summary)});
    return table;
}

Table properties_table()
{
    Table table{{"property", "checked", "sentence", "source"}, {}, true};
    for (std::size_t i = 0; i < properties::property_count; ++i) {
        const auto &row = properties::property_row(static_cast<properties::Property>(i));
        table.rows.push_back({std::string(row.id), std::string(row.when), std::string(row.sentence),
                              std::string(row.source)});
    }
    return table;
}

Table exceptions()
{
    Table table{{"exception", "status", "sentence", "source"}, {}, true};
    for (const properties::ExceptionRow &row : properties::exceptions())
        table.rows.push_back({std::string(row.id), std::string(properties::status_text(row.status)),
                              std::string(row.sentence), std::string(row.source)});
    return table;
}

std::string_view operand_text(scenario::Operand operand)
{
    switch (operand) {
    case scenario::Operand::none:
        return "";
    case scenario::Operand::module:
        return " MODULE";
    case scenario::Operand::device:
        return " DEVICE";
    case scenario::Operand::region:
        return " REGION";
    case scenario::Operand::added_device:
        return " hmem_platform.1";
    }
    return "";
}

Table operations()
{
    Table table{{"operation", "help"}, {}};
    for (std::size_t i = 0; i < scenario::operation_codes; ++i) {
        const auto &row = scenario::operation_row(static_cast<scenario::OperationCode>(i));
        table.rows.push_back(
            {fmt::format("{}{}", row.text, operand_text(row.operand)), std::string(row.help)});
    }
    return table;
}

Table points()
{
    Table table{{"point", "help"}, {}};
    for (std::size_t i = 0; i < static_cast<std::size_t>(kernel::Point::count_); ++i) {
        const auto point = static_cast<kernel::Point>(i);
        table.rows.push_back(
            {std::string(kernel::point_text(point)), std::string(kernel::point_help(point))});
    }
    return table;
}

Table sites()
{
    Table table{{"site", "error"}, {}};
    for (std::size_t i = 0; i < static_cast<std::size_t>(kernel::Site::count_); ++i) {
        const auto site = static_cast<kernel::Site>(i);
        table.rows.push_back({std::string(kernel::site_text(site)),
                              std::string(kernel::errno_text(kernel::site_error(site)))});
    }
    return table;
}

void add_table(CLI::App &app, const char *name, const char *help, Table (*table)())
{
    CLI::App *command = app.add_subcommand(name, help);
    const auto json = std::make_shared<bool>(false);
    command->add_flag("--json", *json, "For machines");
    command->callback(
        [json, table] { print(*json ? json_text(table_json(table())) : table_text(table())); });
}

} // namespace

void add_tables(CLI::App &app, int &)
{
    add_table(app, "revisions", "The revisions of the code under test", revisions);
    add_table(app, "properties", "What must hold", properties_table);
    add_table(app, "exceptions", "Outcomes that are accepted, and findings that are open",
              exceptions);
    add_table(app, "operations", "What an actor can do", operations);
    add_table(app, "points", "Where a schedule can switch", points);
    add_table(app, "sites", "What can be made to fail", sites);
}

} // namespace cli
