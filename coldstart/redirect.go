package coldstart

import "net/http"

// noLocation stands in for the location that S3 leaves out of some 301 answers: http.Client fails on a redirect that
// leads nowhere, while the SDK wants to see the answer.
const noLocation = "https://redirect-without-location.invalid/"

// locating gives every 301 and 302 a location.
type locating struct{ http.RoundTripper }

func (l locating) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if (resp.StatusCode == http.StatusMovedPermanently || resp.StatusCode == http.StatusFound) && resp.Header.Get("Location") == "" {
		resp.Header.Set("Location", noLocation)
	}
	return resp, nil
}

// checkRedirect follows what the SDK's own client follows: 307 and 308, which keep the method. Session tokens stay with
// the host that they were meant for, and with its scheme. net/http makes each redirected request's header of the first
// request's, so it is that one's host that counts, and those on the way.
func checkRedirect(req *http.Request, via []*http.Request) error {
	if req.URL.String() == noLocation {
		req.Response.Header.Del("Location")
		return http.ErrUseLastResponse
	}
	switch req.Response.StatusCode {
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		if len(via) >= 10 {
			return http.ErrUseLastResponse
		}
		for _, other := range append(via[1:len(via):len(via)], req) {
			if other.URL.Host != via[0].URL.Host || other.URL.Scheme != via[0].URL.Scheme {
				req.Header.Del("X-Amz-Security-Token")
			}
		}
		return nil
	}
	return http.ErrUseLastResponse
}
