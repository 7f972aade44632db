import type { Builder } from "@grafana/grafana-foundation-sdk/cog";
import {
    BigValueColorMode,
    BigValueGraphMode,
    GraphThresholdsStyleConfigBuilder,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    ReduceDataOptionsBuilder,
    SortOrder,
    StackingConfigBuilder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
    VizLegendOptionsBuilder,
    VizTooltipOptionsBuilder,
} from "@grafana/grafana-foundation-sdk/common";
import {
    FieldColorBuilder,
    FieldColorModeId,
    MappingType,
    type Panel,
    ThresholdsConfigBuilder,
    ThresholdsMode,
    type ValueMapping,
} from "@grafana/grafana-foundation-sdk/dashboard";
import { PanelBuilder as StatBuilder } from "@grafana/grafana-foundation-sdk/stat";
import { PanelBuilder as TableBuilder } from "@grafana/grafana-foundation-sdk/table";
import { PanelBuilder as TimeSeriesBuilder } from "@grafana/grafana-foundation-sdk/timeseries";
import type { GridPos } from "./grid";
import { type RunbookUrl, runbookLinks, runbookNote } from "./links";
import type { PanelSpec, StatPanel, TablePanel, Thresholds, TimeSeriesPanel } from "./model";
import { datasourceRef, instantQuery, rangeQuery, refId } from "./query";
import { neutral } from "./thresholds";

/** Text shown if a query returns no data, unless the panel defines its own. */
export const NOTHING_YET = "nothing measured yet";

/** Builds Grafana's model of a panel. */
export function panel(spec: PanelSpec, id: number, gridPos: GridPos, runbookUrl: RunbookUrl): Builder<Panel> {
    const alerts = spec.alerts ?? [];
    const builder = body(spec)
        .id(id)
        .gridPos(gridPos)
        .title(spec.title)
        .description(`${spec.description}${runbookNote(alerts, runbookUrl)}`)
        .datasource(datasourceRef)
        .links(runbookLinks(alerts, runbookUrl))
        .unit(spec.unit)
        .thresholds(thresholds(spec.thresholds ?? neutral))
        .noValue(spec.noValue ?? NOTHING_YET);
    if (spec.min !== undefined) {
        builder.min(spec.min);
    }
    if (spec.max !== undefined) {
        builder.max(spec.max);
    }
    return builder;
}

function body(spec: PanelSpec): StatBuilder | TimeSeriesBuilder | TableBuilder {
    switch (spec.kind) {
        case "stat":
            return stat(spec);
        case "timeseries":
            return timeSeries(spec);
        case "table":
            return table(spec);
    }
}

function stat({ queries, words }: StatPanel): StatBuilder {
    return new StatBuilder()
        .targets(queries.map(rangeQuery))
        .colorMode(BigValueColorMode.Value)
        .graphMode(BigValueGraphMode.Area)
        .reduceOptions(new ReduceDataOptionsBuilder().calcs(["lastNotNull"]).fields("").values(false))
        .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
        .mappings(words === undefined ? [] : [valueMapping(words)]);
}

function valueMapping(words: NonNullable<StatPanel["words"]>): ValueMapping {
    return { type: MappingType.ValueToText, options: words };
}

function timeSeries({ queries, stacked = false, thresholds: limits = neutral }: TimeSeriesPanel): TimeSeriesBuilder {
    return new TimeSeriesBuilder()
        .targets(queries.map(rangeQuery))
        .lineWidth(1)
        .fillOpacity(stacked ? 30 : 10)
        .showPoints(VisibilityMode.Never)
        .spanNulls(false)
        .stacking(new StackingConfigBuilder().mode(stacked ? StackingMode.Normal : StackingMode.None).group("A"))
        .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
        .thresholdsStyle(
            new GraphThresholdsStyleConfigBuilder().mode(
                limits.steps.length === 0 ? GraphThresholdsStyleMode.Off : GraphThresholdsStyleMode.Dashed,
            ),
        )
        .legend(
            new VizLegendOptionsBuilder()
                .displayMode(LegendDisplayMode.Table)
                .placement(LegendPlacement.Bottom)
                .showLegend(true)
                .calcs(["lastNotNull", "max"]),
        )
        .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending));
}

function table({ queries, by }: TablePanel): TableBuilder {
    const columns = queries.map(({ legend }, index) => [valueColumn(index, queries.length), legend] as const);
    const builder = new TableBuilder()
        .targets(queries.map(instantQuery))
        .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.Thresholds))
        .withTransformation({ id: "merge", options: {} })
        .withTransformation({
            id: "organize",
            options: {
                excludeByName: { Time: true },
                indexByName: Object.fromEntries(
                    [...by, ...columns.map(([name]) => name)].map((name, at) => [name, at]),
                ),
                renameByName: Object.fromEntries(columns),
            },
        });
    for (const { legend, unit } of queries) {
        if (unit !== undefined) {
            builder.overrideByName(legend, [{ id: "unit", value: unit }]);
        }
    }
    return builder;
}

/** Name that Grafana gives to the value column of a query in a merged table. */
function valueColumn(index: number, queries: number): string {
    return queries === 1 ? "Value" : `Value #${refId(index)}`;
}

function thresholds({ base, steps }: Thresholds): ThresholdsConfigBuilder {
    return new ThresholdsConfigBuilder()
        .mode(ThresholdsMode.Absolute)
        .steps([{ value: null, color: base }, ...steps.map(({ from, color }) => ({ value: from, color }))]);
}
