/** What a version answers: scores of the facts that it wrote, of the facts written before, and the drift of everything else. */
package dev.errata.evaluation;
