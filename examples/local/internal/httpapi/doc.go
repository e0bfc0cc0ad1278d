// Package httpapi is an Amazon API Gateway HTTP API on this machine: an http.Handler that turns requests into events of
// payload format 2.0, hands them to functions by route, and turns what the functions return into responses.
//
//	api, err := httpapi.New(httpapi.Config{Routes: map[string]httpapi.Invoker{
//		"POST /users/{id}/orders": createOrder,
//		"GET /users/{id}/orders":  listOrders,
//		"$default":                fallback,
//	}})
//	…
//	server := &http.Server{Handler: api}
//
// It follows the pages "Create AWS Lambda proxy integrations for HTTP APIs in API Gateway", "Create routes for HTTP APIs in
// API Gateway" and "Quotas for configuring and running an HTTP API in API Gateway", and what the service was observed to do
// where they are silent.
//
// # The rules that bite
//
//   - A request without a route is 404 {"message":"Not Found"}, whatever its method: there is no 405. HEAD and OPTIONS are
//     methods like any other.
//   - A final slash counts: /users/ is not /users, and only a greedy variable such as /users/{rest+} catches it.
//   - The path arrives decoded, in rawPath and in pathParameters, and is decoded before it is routed, so %2F separates.
//     rawQueryString arrives as it was sent.
//   - Header names arrive in lower case. Repeated headers and query parameters arrive as one value, joined with commas.
//     Cookies are in their own list and in no header.
//   - Only text/*, application/json, application/xml and application/javascript arrive as text. Any other body is base64,
//     also that of a form and one without a Content-Type.
//   - A response with a statusCode must be well-formed, or the client gets 500. One without is a body of its own, with 200
//     and application/json, be it JSON or not.
//   - With an [Authorizer] a request without a token that holds is 401 {"message":"Unauthorized"}, and no function is asked. The
//     claims arrive as texts in requestContext.authorizer.jwt.claims.
//   - A function's error is 500 {"message":"Internal Server Error"}. A throttled function and an integration time-out are
//     503 {"message":"Service Unavailable"}. A body above 10 MB is 413 {"message":"Request Entity Too Large"}, and so is one
//     that the function refuses because the event is above Lambda's 6 MB.
//
// Not there: other authorizers than JWT's, scopes, CORS configuration, parameter mapping, stage variables, custom domains and
// API mappings, mutual TLS, throttling by the API itself (429), the limit of 10,240 bytes on headers, payload format 1.0, and
// WebSocket APIs.
package httpapi
