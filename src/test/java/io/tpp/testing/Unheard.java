package io.tpp.testing;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;

/** For calls whose end does not matter. */
public final class Unheard implements Callback {
    @Override
    public void onFailure(Call call, IOException cancelled) {}

    @Override
    public void onResponse(Call call, Response response) {
        response.close();
    }
}
