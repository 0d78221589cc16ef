"""Pure rules of rosters: on which days, who may stand where, the best roster, and why not."""
