package io.tpp.status;

import io.tpp.pool.TokenView;
import java.util.Map;

/** The columns by which the tables of {@code /status.json} can be sorted. */
final class SortKeys {
    static final Map<String, SortKey<TokenView>> OF_TOKENS = Map.of(
            "number", SortKey.number(TokenView::number),
            "credential", SortKey.number(TokenView::credential),
            "state", SortKey.value(TokenView::state),
            "age", SortKey.duration(TokenView::age),
            "remaining", SortKey.duration(TokenView::remaining),
            "connection", SortKey.number(token -> token.held() ? token.holder() : Long.MIN_VALUE),
            "requests", SortKey.number(TokenView::requests),
            "errors", SortKey.number(token -> token.refusals() + token.failedLogins()));

    static final Map<String, SortKey<ConnectionRow>> OF_CONNECTIONS = Map.ofEntries(
            Map.entry("number", SortKey.number(row -> row.connection().number())),
            Map.entry("address", SortKey.text(row -> row.connection().address())),
            Map.entry("client", SortKey.text(row -> row.connection().client())),
            Map.entry("protocol", SortKey.text(row -> row.connection().protocol())),
            Map.entry("open", SortKey.duration(row -> row.connection().open())),
            Map.entry("idle", SortKey.duration(row -> row.connection().idle())),
            Map.entry("token", SortKey.count(ConnectionRow::token)),
            Map.entry("waiting", SortKey.duration(ConnectionRow::waiting)),
            Map.entry("requests", SortKey.number(row -> row.connection().requests())),
            Map.entry("bytes_in", SortKey.number(row -> row.connection().bytesIn())),
            Map.entry("bytes_out", SortKey.number(row -> row.connection().bytesOut())));

    private SortKeys() {}
}
