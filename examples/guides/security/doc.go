// Package security has no code but a test: what docs/security.md says of the permissions that calls take is what they ask of AWS.
package security
