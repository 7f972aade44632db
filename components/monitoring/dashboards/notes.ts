/** Text instead of "No data" if the app defines a metric but never records it. */
export const NOT_RECORDED = "x0tta6bl4 3.4.0 does not record this";

/** Last sentence in the description of a panel whose metric the app never records. */
export const NOT_RECORDED_NOTE =
    "x0tta6bl4 3.4.0 defines this metric but records nothing; the panel fills by itself with a build that does.";

/** Text instead of "No data" for events that are rare. */
export const NEVER_HAPPENED = "has not happened";
