/** The simulated quarter at whose close a shock strikes where none is named. */
export const USUAL_QUARTER = 12;
