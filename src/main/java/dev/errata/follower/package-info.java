/** Follows the delta log in its own copy of the model, and answers questions from any version. */
package dev.errata.follower;
