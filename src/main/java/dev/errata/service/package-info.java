/** The composition root: what a process is made of, from settings to running roles, and what it tells of itself (health, metrics). */
package dev.errata.service;
