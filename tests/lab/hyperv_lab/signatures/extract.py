# Copyright: (c) 2026, datacenter.hyperv contributors
# GNU General Public License v3.0+ (see COPYING or https://www.gnu.org/licenses/gpl-3.0.txt)

"""Make the signature files of the simulated cmdlets.

    python -m hyperv_lab.signatures.extract CATALOGUES [--check]

CATALOGUES is a folder of cmdlet catalogues (one JSON file for each module, read from Microsoft's reference pages, which
are under CC BY 4.0); a checkout of this repository may have it as `../shared/cmdlets`. What the pages lack or have
wrong is in `addenda/`, written by hand: cmdlets without a page, later parameters with the build that has them first,
positions and values as live modules have them.
"""

from __future__ import annotations

import argparse
import json
import sys
import typing as t
from pathlib import Path

HERE = Path(__file__).parent
Json = dict[str, t.Any]
WITHOUT_PAGES = {
    "statement": "Written by hand for this lab.",
}


def build(addenda: Json, catalogue: Json | None) -> Json:
    """The content of one signature file."""
    cmdlets: Json = {}
    for name in addenda["cmdlets"]:
        assert catalogue is not None, f"the catalogue of {addenda['module']} is needed for {name}"
        cmdlets[name] = _from_catalogue(name, catalogue["cmdlets"][name])
    cmdlets.update(json.loads(json.dumps(addenda.get("new_cmdlets", {}))))
    _apply(addenda, cmdlets)
    source: Json = dict(WITHOUT_PAGES)
    if catalogue is not None and addenda["cmdlets"]:
        source = {
            "statement": "Parameter facts from Microsoft's reference pages (MicrosoftDocs/windows-powershell-docs), "
            "licensed under CC BY 4.0, "
            "changed: cut down to simulated cmdlets, corrected and extended by addenda.",
            **catalogue["source"],
        }
    result: Json = {"module": addenda["module"], "source": source}
    result["cmdlets"] = {name: cmdlets[name] for name in sorted(cmdlets)}
    return result


def _from_catalogue(name: str, record: Json) -> Json:
    default = next((key for key, value in record["parameter_sets"].items() if value["default"]), None)
    parameters = {
        parameter: {
            "type": entry["type"],
            "aliases": entry["aliases"],
            "values": entry["accepted_values"],
            "sets": {
                key: {
                    "mandatory": value["mandatory"],
                    "position": value["position"],
                    "pipeline": value["pipeline"] or False,
                }
                for key, value in entry["sets"].items()
            },
        }
        for parameter, entry in record["parameters"].items()
    }
    return {
        "default_set": default,
        "set_order": list(record["parameter_sets"]),
        "supports_should_process": record["supports_should_process"],
        "since_build": 14393,
        "parameters": parameters,
    }


def _apply(addenda: Json, cmdlets: Json) -> None:
    for name, additions in addenda.get("parameters", {}).items():
        sets = cmdlets[name]["set_order"]
        for parameter, entry in additions.items():
            added = json.loads(json.dumps(entry))
            if "*" in added["sets"]:
                binding = added["sets"].pop("*")
                added["sets"] = {key: dict(binding) for key in sets}
            cmdlets[name]["parameters"][parameter] = added
    for name, builds in addenda.get("since_build", {}).items():
        for parameter, number in builds.items():
            target = cmdlets[name] if parameter == "*" else cmdlets[name]["parameters"][parameter]
            target["since_build"] = number
    for name, extra in addenda.get("values", {}).items():
        for parameter, values in extra.items():
            cmdlets[name]["parameters"][parameter]["values"] += values
    for kind in ("positions", "pipeline"):
        for name, changes in addenda.get(kind, {}).items():
            for parameter, by_set in changes.items():
                for key, value in by_set.items():
                    cmdlets[name]["parameters"][parameter]["sets"][key]["position" if kind == "positions" else kind] = (
                        value
                    )


def render(content: Json) -> str:
    """The text of a signature file: one line for each parameter, so that differences are readable."""
    lines = ["{", f' "module": {json.dumps(content["module"])},', f' "source": {json.dumps(content["source"])},']
    lines.append(' "cmdlets": {')
    for number, (name, cmdlet) in enumerate(content["cmdlets"].items()):
        head = {key: value for key, value in cmdlet.items() if key != "parameters"}
        lines.append(f'  {json.dumps(name)}: {json.dumps(head)[:-1]}, "parameters": {{')
        parameters = list(cmdlet["parameters"].items())
        for index, (parameter, entry) in enumerate(parameters):
            lines.append(f"   {json.dumps(parameter)}: {json.dumps(entry)}{',' if index + 1 < len(parameters) else ''}")
        lines.append("  }}" + ("," if number + 1 < len(content["cmdlets"]) else ""))
    lines += [" }", "}", ""]
    return "\n".join(lines)


def files(catalogues: Path) -> dict[Path, str]:
    """Every signature file with its proper text."""
    made: dict[Path, str] = {}
    for path in sorted((HERE / "addenda").glob("*.json")):
        addenda = json.loads(path.read_text(encoding="utf-8"))
        catalogue_path = catalogues / path.name
        catalogue = json.loads(catalogue_path.read_text(encoding="utf-8")) if catalogue_path.exists() else None
        made[HERE / path.name] = render(build(addenda, catalogue))
    return made


def main(arguments: list[str] | None = None) -> int:
    """Write the files, or with --check say which differ."""
    parser = argparse.ArgumentParser(description="Make the signature files of the simulated cmdlets.")
    parser.add_argument("catalogues", type=Path)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args(arguments)
    stale = 0
    for path, text in files(options.catalogues).items():
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        stale += 1
        print(f"{'differs' if options.check else 'written'}: {path.name}")
        if not options.check:
            path.write_text(text, encoding="utf-8")
    return 1 if options.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
