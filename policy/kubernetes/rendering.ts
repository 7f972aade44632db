/** An object rendered from a chart. */
export interface RenderedObject {
    /** The object. */
    readonly body: Readonly<Record<string, unknown>>;
    /** Template in the chart, if helm names it. */
    readonly template?: string;
}

/** Result of rendering a chart. */
export type Rendering =
    | { readonly type: "rendered"; readonly objects: readonly RenderedObject[] }
    /** Rendering failed; `reason` is a sentence without secrets. */
    | { readonly type: "failed"; readonly reason: string }
    /** An input is known only during the update. */
    | { readonly type: "unknown"; readonly path: string };
