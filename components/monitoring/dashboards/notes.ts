/** Instead of "No data" where the app has the metric's name but no code that counts. */
export const NOT_RECORDED = "x0tta6bl4 3.4.0 does not record this";

/** End of the description of such a panel. */
export const NOT_RECORDED_NOTE =
    "x0tta6bl4 3.4.0 defines this metric but records nothing; the panel fills by itself with a build that does.";

/** Instead of "No data" where something happens seldom. */
export const NEVER_HAPPENED = "has not happened";
